#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    struct stat status;

    put_file("a", "A");
    put_file("b", "B");
    int old = open("b", O_RDONLY);
    CHECK(rename("a", "b") == 0);
    expect_file("b", "A");
    FAILS(stat("a", &status), ENOENT);
    char byte;
    CHECK(read(old, &byte, 1) == 1 && byte == 'B' && close(old) == 0);
    FAILS(rename("a", "c"), ENOENT);
    FAILS(rename("b", "missing/b"), ENOENT);
    CHECK(rename("b", "b") == 0);
    expect_file("b", "A");

    // Two names of one file: both stay.
    CHECK(link("b", "b2") == 0 && rename("b", "b2") == 0);
    expect_file("b", "A");
    expect_file("b2", "A");

    CHECK(mkdir("d", 0777) == 0 && mkdir("e", 0777) == 0 && mkdir("d/sub", 0777) == 0);
    put_file("d/sub/f", "deep");
    FAILS(rename("b", "d"), EISDIR);
    FAILS(rename("d", "b"), ENOTDIR);
    FAILS(rename("e", "d"), ENOTEMPTY);
    FAILS(rename("d", "d/sub/d"), EINVAL);
    FAILS(rename("b", "new/"), ENOTDIR);
    CHECK(rename("d", "e") == 0);
    expect_file("e/sub/f", "deep");
    CHECK(rename("e/sub/", "moved/") == 0);
    expect_file("moved/f", "deep");
    CHECK(rename("moved/f", "e/f") == 0);
    expect_file("e/../e/f", "deep");

    // ".." of a moved directory is its new place.
    CHECK(mkdir("moved/in", 0777) == 0 && rename("moved", "e/moved") == 0);
    expect_file("e/moved/in/../../f", "deep");

    // A symbolic link is moved, not what it leads to.
    CHECK(symlink("e/f", "s") == 0 && rename("s", "t") == 0);
    expect_file("t", "deep");
    CHECK(lstat("t", &status) == 0 && S_ISLNK(status.st_mode));
    return 0;
}
