/* Copies its input to its output. */
#include <unistd.h>

static char buffer[65536];

int main(void)
{
    ssize_t n;
    while ((n = read(0, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < n;) {
            ssize_t written = write(1, buffer + at, (size_t)(n - at));
            if (written <= 0) {
                return 1;
            }
            at += written;
        }
    }
    return n == 0 ? 0 : 1;
}
