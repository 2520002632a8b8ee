#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A thousand writes of 64 bytes to one file; prints how large it is then. */
int main(void) {
    static char line[64];
    struct stat status;
    int file = open("/out.txt", O_WRONLY | O_CREAT, 0600);
    for (int i = 0; i < 1000; i++)
        if (write(file, line, sizeof line) != sizeof line) return 1;
    if (fstat(file, &status) != 0 || close(file) != 0) return 1;
    printf("%lld", (long long)status.st_size);
    return 0;
}
