#include <stdio.h>
#include <stdlib.h>

int main(void) {
    puts("before");
    fprintf(stderr, "to the log\n");
    exit(7);
}
