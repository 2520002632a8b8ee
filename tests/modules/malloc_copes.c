#include <stdio.h>
#include <stdlib.h>

/* Asks for too much, takes the refusal, and does its work with less. */
int main(void) {
    volatile char *block = malloc(1u << 30);
    puts(block ? "got it" : "less will do");
    return 0;
}
