#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

static long long nanoseconds(struct timespec t)
{
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void)
{
    struct timespec start, now, resolution;
    struct stat status;

    CHECK(clock_gettime(CLOCK_REALTIME, &start) == 0);
    CHECK(start.tv_sec > 1577836800 && start.tv_sec < 7258118400); // 2020 to 2200
    CHECK(clock_getres(CLOCK_REALTIME, &resolution) == 0 && nanoseconds(resolution) > 0);
    CHECK(clock_getres(CLOCK_MONOTONIC, &resolution) == 0 && nanoseconds(resolution) > 0);
    long long last = 0;
    for (int i = 0; i < 1000; i++) {
        CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
        CHECK(nanoseconds(now) >= last);
        last = nanoseconds(now);
    }

    put_file("f", "x");
    CHECK(stat("f", &status) == 0);
    CHECK(nanoseconds(status.st_mtim) >= nanoseconds(start) - 1000000000LL);
    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    CHECK(nanoseconds(status.st_mtim) <= nanoseconds(now) + 1000000000LL);

    struct timespec both[2] = {{111, 1}, {222, 2}};
    CHECK(utimensat(AT_FDCWD, "f", both, 0) == 0 && stat("f", &status) == 0);
    CHECK(nanoseconds(status.st_atim) == 111000000001LL && nanoseconds(status.st_mtim) == 222000000002LL);
    // Raw: wasi-libc of 2022 handles UTIME_NOW and UTIME_OMIT wrongly.
    int fd = open("f", O_RDWR);
    ANSWERS(__wasi_fd_filestat_set_times(fd, 0, 333000000000, __WASI_FSTFLAGS_MTIM), __WASI_ERRNO_SUCCESS);
    CHECK(fstat(fd, &status) == 0 && status.st_atim.tv_sec == 111 && status.st_mtim.tv_sec == 333);
    ANSWERS(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_ATIM_NOW), __WASI_ERRNO_SUCCESS);
    CHECK(fstat(fd, &status) == 0);
    CHECK(nanoseconds(status.st_atim) >= nanoseconds(start) - 1000000000LL && status.st_mtim.tv_sec == 333);
    ANSWERS(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW), __WASI_ERRNO_INVAL);
    CHECK(write(fd, "y", 1) == 1 && fstat(fd, &status) == 0 && status.st_mtim.tv_sec > 333);
    close(fd);

    CHECK(symlink("f", "s") == 0);
    CHECK(utimensat(AT_FDCWD, "s", both, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(lstat("s", &status) == 0 && status.st_mtim.tv_sec == 222);
    CHECK(stat("s", &status) == 0 && status.st_mtim.tv_sec > 333);
    CHECK(utimensat(AT_FDCWD, "missing", both, 0) == -1 && errno == ENOENT);

    // Sleeping takes at least that long.
    CHECK(clock_gettime(CLOCK_MONOTONIC, &start) == 0);
    struct timespec pause = {0, 20000000};
    CHECK(nanosleep(&pause, NULL) == 0);
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    CHECK(nanoseconds(now) - nanoseconds(start) >= 20000000);
    return 0;
}
