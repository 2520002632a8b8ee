#include <stdio.h>

/* Prints the function's file, then writes over it; exit code 1 without one. */
int main(void) {
    char line[64];
    FILE *file = fopen("/data/greeting.txt", "r+");
    if (!file || !fgets(line, sizeof line, file)) return 1;
    puts(line);
    rewind(file);
    return fputs("changed", file) < 0 || fclose(file) != 0;
}
