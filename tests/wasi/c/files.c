#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char big[300 * 1024];

static void sequence(void)
{
    char buffer[32] = {0};
    int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0666);
    CHECK(fd > 3);
    FAILS(open("f", O_RDWR | O_CREAT | O_EXCL, 0666), EEXIST);
    CHECK(write(fd, "0123456789", 10) == 10);
    CHECK(lseek(fd, 0, SEEK_CUR) == 10);
    CHECK(lseek(fd, -4, SEEK_END) == 6);
    CHECK(read(fd, buffer, 32) == 4 && memcmp(buffer, "6789", 4) == 0);
    CHECK(read(fd, buffer, 32) == 0);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK(lseek(fd, 0, SEEK_CUR) == 10);
    CHECK(pwrite(fd, "ab", 2, 3) == 2);
    CHECK(pread(fd, buffer, 4, 2) == 4 && memcmp(buffer, "2ab5", 4) == 0);
    CHECK(lseek(fd, 0, SEEK_CUR) == 10);
    CHECK(close(fd) == 0);
    FAILS(write(fd, "x", 1), EBADF);
}

static void modes(void)
{
    char byte;
    put_file("modes", "abc");
    int reader = open("modes", O_RDONLY), writer = open("modes", O_WRONLY);
    CHECK(reader >= 0 && writer >= 0);
    CHECK(write(reader, "x", 1) == -1 && errno == EBADF);
    CHECK(read(writer, &byte, 1) == -1 && errno == EBADF);
    CHECK(write(writer, "X", 1) == 1);
    CHECK(read(reader, &byte, 1) == 1 && byte == 'X');
    close(reader);
    close(writer);

    int append = open("modes", O_WRONLY | O_APPEND);
    CHECK(lseek(append, 0, SEEK_SET) == 0);
    CHECK(write(append, "de", 2) == 2);
    CHECK(lseek(append, 0, SEEK_CUR) == 5);
    CHECK((fcntl(append, F_GETFL) & O_APPEND) != 0);
    CHECK(fcntl(append, F_SETFL, 0) == 0);
    CHECK(lseek(append, 0, SEEK_SET) == 0 && write(append, "Y", 1) == 1);
    close(append);
    expect_file("modes", "Ybcde");
    close(open("modes", O_WRONLY | O_TRUNC));
    expect_file("modes", "");
}

static void sizes(void)
{
    struct stat status;
    char buffer[8];
    int fd = open("sizes", O_RDWR | O_CREAT, 0666);
    CHECK(write(fd, "abcdef", 6) == 6);
    CHECK(ftruncate(fd, 3) == 0 && ftruncate(fd, 6) == 0);
    CHECK(pread(fd, buffer, 8, 0) == 6 && memcmp(buffer, "abc\0\0\0", 6) == 0);
    FAILS(ftruncate(fd, -1), EINVAL);
    CHECK(posix_fallocate(fd, 0, 100) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_size == 100 && S_ISREG(status.st_mode));
    CHECK(posix_fallocate(fd, 10, 10) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_size == 100);
    CHECK(posix_fadvise(fd, 0, 10, POSIX_FADV_SEQUENTIAL) == 0);
    CHECK(fsync(fd) == 0 && fdatasync(fd) == 0);
    // A hole, far past the end.
    CHECK(pwrite(fd, "z", 1, 1000000) == 1);
    CHECK(pread(fd, buffer, 2, 999999) == 2 && buffer[0] == 0 && buffer[1] == 'z');
    CHECK(fstat(fd, &status) == 0 && status.st_size == 1000001);
    close(fd);
}

static void vectors_and_bulk(void)
{
    char a[3], b[5], c[9];
    int fd = open("bulk", O_RDWR | O_CREAT, 0666);
    struct iovec out[] = {{"one", 3}, {"", 0}, {"two", 3}, {"three", 5}};
    CHECK(writev(fd, out, 4) == 11);
    struct iovec in[] = {{a, 3}, {b, 5}, {c, 9}};
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && readv(fd, in, 3) == 11);
    CHECK(memcmp(a, "one", 3) == 0 && memcmp(b, "twoth", 5) == 0 && memcmp(c, "ree", 3) == 0);
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 31 + i / 256);
    CHECK(pwrite(fd, big, sizeof big, 5) == sizeof big);
    static char back[sizeof big];
    CHECK(pread(fd, back, sizeof back, 5) == sizeof back);
    CHECK(memcmp(big, back, sizeof big) == 0);
    close(fd);
}

static void unlinked(void)
{
    char buffer[8];
    struct stat status;
    put_file("gone", "still");
    int fd = open("gone", O_RDWR);
    CHECK(unlink("gone") == 0);
    FAILS(open("gone", O_RDONLY), ENOENT);
    CHECK(read(fd, buffer, 8) == 5 && memcmp(buffer, "still", 5) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 0);
    CHECK(write(fd, "!", 1) == 1);
    put_file("gone", "new");
    CHECK(pread(fd, buffer, 8, 0) == 6);
    close(fd);
    expect_file("gone", "new");
}

static void limits(void)
{
    // The file system is limited: writing without end ends with an errno, not with the host.
    int fd = open("endless", O_WRONLY | O_CREAT, 0666);
    ssize_t count = 0;
    long long total = 0;
    while ((count = write(fd, big, sizeof big)) > 0) {
        total += count;
        CHECK(total <= 1LL << 32);
    }
    CHECK(count == -1 && (errno == ENOSPC || errno == EFBIG));
    CHECK(close(fd) == 0 && unlink("endless") == 0);
    put_file("after", "room again");
    expect_file("after", "room again");

    int opened = 0, last = -1, next;
    while ((next = open("after", O_RDONLY)) >= 0) {
        last = next;
        CHECK(++opened < 1 << 20);
    }
    CHECK(errno == EMFILE || errno == ENFILE);
    CHECK(close(last) == 0);
    CHECK(open("after", O_RDONLY) == last);
}

int main(void)
{
    sequence();
    modes();
    sizes();
    vectors_and_bulk();
    unlinked();
    limits();
    return 0;
}
