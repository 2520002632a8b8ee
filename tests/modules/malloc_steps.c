#include <stdlib.h>
#include <string.h>

/* 1 GiB in steps of 1 MiB, each touched. */
int main(void) {
    for (int i = 0; i < 1024; i++) {
        volatile char *block = malloc(1 << 20);
        if (!block) abort();
        memset((char *)block, i | 1, 1 << 20);
    }
    return 0;
}
