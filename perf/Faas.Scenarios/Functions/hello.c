#include <stdio.h>

int main(void)
{
    printf("Hello from FAAS!\n");
    return 0;
}
