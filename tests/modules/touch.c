#include <stdio.h>
#include <stdlib.h>

#define BYTES (64u << 20)
#define PAGE 4096u

/* Writes to each page of 64 MiB of memory of its own, then reads them; prints how many there are. */
int main(void) {
    volatile unsigned char *memory = malloc(BYTES);
    if (!memory) return 1;
    unsigned pages = 0;
    for (unsigned at = 0; at < BYTES; at += PAGE) memory[at] = 1;
    for (unsigned at = 0; at < BYTES; at += PAGE) pages += memory[at];
    printf("%u", pages);
    return 0;
}
