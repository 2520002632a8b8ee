#include "check.h"
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char line[64];
    CHECK(isatty(0) == 0 && isatty(1) == 0 && isatty(2) == 0);
    CHECK(fgets(line, sizeof line, stdin) && strcmp(line, "line one\n") == 0);
    CHECK(fgets(line, sizeof line, stdin) && strcmp(line, "line two\n") == 0);
    CHECK(fgets(line, sizeof line, stdin) == NULL && feof(stdin));
    CHECK(read(0, line, sizeof line) == 0);
    CHECK(read(0, line, sizeof line) == 0);
    FAILS(lseek(0, 0, SEEK_CUR), ESPIPE);
    CHECK(write(0, "x", 1) == -1);
    CHECK(read(1, line, 1) == -1);
    struct stat status;
    CHECK(fstat(1, &status) == 0);
    CHECK(printf("to output\n") == 10 && fflush(stdout) == 0);
    CHECK(fputs("to error\n", stderr) >= 0);
    CHECK(close(0) == 0);
    FAILS(read(0, line, 1), EBADF);
    FAILS(close(77), EBADF);
    return 0;
}
