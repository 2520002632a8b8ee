#include <stdio.h>
#include <stdlib.h>

/* One allocation of 1 GiB, checked. */
int main(void) {
    volatile char *block = malloc(1u << 30);
    if (!block) {
        fprintf(stderr, "no memory\n");
        return 1;
    }
    block[0] = 1;
    return 0;
}
