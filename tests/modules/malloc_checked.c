#include <stdio.h>
#include <stdlib.h>

static char *volatile block; /* volatile: the compiler must not do without the allocation */

/* One allocation of 1 GiB, checked. */
int main(void) {
    block = malloc(1u << 30);
    if (!block) {
        fprintf(stderr, "no memory\n");
        return 1;
    }
    block[0] = 1;
    return 0;
}
