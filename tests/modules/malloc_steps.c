#include <stdlib.h>
#include <string.h>

static char *volatile block; /* volatile: the compiler must not do without the allocation */

/* 1 GiB in steps of 1 MiB, each touched. */
int main(void) {
    for (int i = 0; i < 1024; i++) {
        block = malloc(1 << 20);
        if (!block) abort();
        memset(block, i | 1, 1 << 20);
    }
    return 0;
}
