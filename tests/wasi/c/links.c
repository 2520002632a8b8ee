#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    struct stat a, b;
    char target[64] = {0};

    // Hard links: two names, one file.
    put_file("f", "shared");
    CHECK(link("f", "g") == 0);
    CHECK(stat("f", &a) == 0 && stat("g", &b) == 0);
    CHECK(a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_nlink == 2);
    FAILS(link("f", "g"), EEXIST);
    FAILS(link("missing", "h"), ENOENT);
    CHECK(unlink("f") == 0);
    expect_file("g", "shared");
    CHECK(stat("g", &b) == 0 && b.st_nlink == 1);
    CHECK(mkdir("d", 0777) == 0);
    FAILS(link("d", "d2"), EPERM);

    // Symbolic links.
    CHECK(symlink("g", "s") == 0);
    FAILS(symlink("g", "s"), EEXIST);
    CHECK(readlink("s", target, sizeof target) == 1 && target[0] == 'g');
    FAILS(readlink("g", target, sizeof target), EINVAL);
    CHECK(lstat("s", &a) == 0 && S_ISLNK(a.st_mode) && a.st_size == 1);
    CHECK(stat("s", &a) == 0 && S_ISREG(a.st_mode) && a.st_ino == b.st_ino);
    expect_file("s", "shared");
    FAILS(open("s", O_RDONLY | O_NOFOLLOW), ELOOP);
    put_file("s", "through the link");
    expect_file("g", "through the link");

    // Links in the middle, with "..", and to what is not there yet.
    put_file("d/in", "inside");
    CHECK(symlink("d", "dir") == 0);
    CHECK(symlink("../dir/in", "d/round") == 0);
    expect_file("dir/round", "inside");
    CHECK(stat("dir/", &a) == 0 && S_ISDIR(a.st_mode));
    FAILS(rmdir("dir"), ENOTDIR);
    CHECK(symlink("later", "dangling") == 0);
    FAILS(open("dangling", O_RDONLY), ENOENT);
    put_file("dangling", "made");
    expect_file("later", "made");

    // Loops and escapes.
    CHECK(symlink("loop2", "loop1") == 0 && symlink("loop1", "loop2") == 0);
    FAILS(open("loop1", O_RDONLY), ELOOP);
    FAILS(stat("loop1", &a), ELOOP);
    CHECK(lstat("loop1", &a) == 0);
    CHECK(symlink("../../etc/passwd", "escape") == 0);
    CHECK(open("escape", O_RDONLY) == -1 && (errno == EPERM || errno == ENOTCAPABLE));
    CHECK(symlink("/etc/passwd", "absolute") == -1);
    CHECK(open("/etc/passwd", O_RDONLY) == -1 && errno == ENOENT);

    CHECK(unlink("s") == 0 && unlink("dir") == 0);
    expect_file("g", "through the link");
    expect_file("d/in", "inside");
    return 0;
}
