#include <stdio.h>

// Input is stdin, output is stdout; what goes to stderr is in the function's log.
int main(void)
{
    char name[100];
    if (scanf("%99s", name) != 1)
    {
        snprintf(name, sizeof name, "world");
    }

    printf("Hello, %s!\n", name);
    return 0; // anything else is a failure
}
