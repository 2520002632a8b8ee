#include <stdlib.h>
#include <string.h>

/* One allocation of 1 GiB, not checked, then touched. */
int main(void) {
    volatile char *block = malloc(1u << 30);
    memset((char *)block, 1, 1u << 30);
    return block[12345] - 1;
}
