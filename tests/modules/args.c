#include <stdio.h>
#include <stdlib.h>

/* Prints every argument after the program's name, then the variable GREETING. */
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        printf("[%s]", argv[i]);
    }
    const char *greeting = getenv("GREETING");
    printf("%s\n", greeting ? greeting : "(none)");
    return 0;
}
