#include <stdlib.h>
#include <string.h>

static char *volatile block; /* volatile: the compiler must not do without the allocation */

/* One allocation of 1 GiB, not checked, then touched. */
int main(void) {
    block = malloc(1u << 30);
    memset(block, 1, 1u << 30);
    return block[12345] - 1;
}
