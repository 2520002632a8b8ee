/* Under /fn/: as many numbered lines as the query's lines= says, us= microseconds apart; lines=0 never ends. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    unsigned long lines = 0, us = 0;
    const char *query = getenv("QUERY_STRING");
    if (query == NULL || sscanf(query, "lines=%lu&us=%lu", &lines, &us) != 2) {
        return 2;
    }
    printf("Content-Type: text/plain\n\n");
    for (unsigned long i = 0; lines == 0 || i < lines; i++) {
        printf("%09lu the quick brown fox jumps over the lazy dog\n", i);
        if (us > 0) {
            fflush(stdout);
            usleep((useconds_t)us);
        }
    }
    return 0;
}
