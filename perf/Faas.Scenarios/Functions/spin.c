/* Computes: as many rounds as its input says. Its time is processor time, so neighbours on the same processor lengthen it. */
#include <stdio.h>

int main(void)
{
    unsigned long rounds = 0;
    unsigned x = 1;
    if (scanf("%lu", &rounds) == 1) {
        for (unsigned long i = 0; i < rounds; i++) {
            x = x * 1664525u + 1013904223u; /* each needs the one before: nothing to run side by side */
        }
    }
    printf("%u\n", x);
    return 0;
}
