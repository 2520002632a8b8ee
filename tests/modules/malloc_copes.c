#include <stdio.h>
#include <stdlib.h>

static char *volatile block; /* volatile: the compiler must not do without the allocation */

/* Asks for too much, takes the refusal, and does its work with less. */
int main(void) {
    block = malloc(1u << 30);
    puts(block ? "got it" : "less will do");
    return 0;
}
