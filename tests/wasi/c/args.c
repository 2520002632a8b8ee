#include "check.h"

extern char **environ;

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    CHECK(argv[0][0] != 0);
    CHECK(strcmp(argv[1], "one") == 0);
    CHECK(strcmp(argv[2], "two words") == 0);
    CHECK(argv[3] == NULL);

    CHECK(getenv("GREETING") != NULL && strcmp(getenv("GREETING"), "hello") == 0);
    CHECK(getenv("EMPTY") != NULL && strcmp(getenv("EMPTY"), "") == 0);
    CHECK(getenv("HOME") == NULL);
    CHECK(getenv("PATH") == NULL);
    for (char **variable = environ; *variable; variable++)
        CHECK(strchr(*variable, '=') != NULL);
    return 0;
}
