/* Takes as many microseconds as its input says, without using the processor: a function that waits for something. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    unsigned us = 0;
    if (scanf("%u", &us) == 1 && us > 0) {
        usleep(us);
    }
    puts("ok");
    return 0;
}
