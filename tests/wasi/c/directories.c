#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int count_entries(const char *path)
{
    int count = 0;
    DIR *directory = opendir(path);
    CHECK(directory != NULL);
    while (readdir(directory))
        count++;
    CHECK(closedir(directory) == 0);
    return count;
}

static void make_and_remove(void)
{
    struct stat status;
    CHECK(mkdir("d", 0777) == 0);
    FAILS(mkdir("d", 0777), EEXIST);
    FAILS(mkdir("missing/d", 0777), ENOENT);
    CHECK(mkdir("d/e/", 0777) == 0);
    CHECK(stat("d/e", &status) == 0 && S_ISDIR(status.st_mode));
    FAILS(rmdir("d"), ENOTEMPTY);
    put_file("d/f", "x");
    FAILS(rmdir("d/f"), ENOTDIR);
    FAILS(unlink("d/e"), EISDIR);
    FAILS(mkdir("d/f/g", 0777), ENOTDIR);
    FAILS(open("d/f/", O_RDONLY), ENOTDIR);
    FAILS(open("d", O_RDWR), EISDIR);
    FAILS(open("d/f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK(rmdir("d/e/") == 0);
    FAILS(rmdir("d/e"), ENOENT);
    CHECK(unlink("d/f") == 0);
    CHECK(rmdir("d") == 0);
    FAILS(rmdir("."), EINVAL);
}

static void list(void)
{
    char name[32], seen[200] = {0};
    CHECK(mkdir("list", 0777) == 0);
    CHECK(count_entries("list") == 2);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "list/entry-%03d", i);
        if (i % 3 == 0)
            CHECK(mkdir(name, 0777) == 0);
        else
            put_file(name, "");
    }
    DIR *directory = opendir("list");
    CHECK(directory != NULL);
    int dots = 0;
    struct dirent *entry;
    long middle = 0;
    char after_middle[32] = {0};
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.') {
            CHECK(entry->d_type == DT_DIR);
            dots++;
            continue;
        }
        int number = atoi(entry->d_name + 6);
        CHECK(number >= 0 && number < 200 && !seen[number]++);
        CHECK(entry->d_type == (number % 3 == 0 ? DT_DIR : DT_REG));
        struct stat status;
        CHECK(fstatat(dirfd(directory), entry->d_name, &status, 0) == 0 && status.st_ino == entry->d_ino);
        if (middle != 0 && after_middle[0] == 0)
            strcpy(after_middle, entry->d_name);
        if (number == 100)
            middle = telldir(directory);
    }
    CHECK(dots == 2);
    for (int i = 0; i < 200; i++)
        CHECK(seen[i] == 1);
    seekdir(directory, middle);
    CHECK((entry = readdir(directory)) && strcmp(entry->d_name, after_middle) == 0);
    rewinddir(directory);
    CHECK((entry = readdir(directory)) && entry->d_name[0] == '.');
    closedir(directory);

    // Removing what was just read leaves nothing out.
    directory = opendir("list");
    int removed = 0;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "list/%s", entry->d_name);
        CHECK((entry->d_type == DT_DIR ? rmdir(name) : unlink(name)) == 0);
        removed++;
    }
    closedir(directory);
    CHECK(removed == 200 && count_entries("list") == 2);
}

static void at_calls(void)
{
    struct stat status;
    CHECK(mkdir("at", 0777) == 0);
    int directory = open("at", O_RDONLY | O_DIRECTORY);
    CHECK(directory >= 0);
    int fd = openat(directory, "f", O_CREAT | O_RDWR, 0666);
    CHECK(fd >= 0 && write(fd, "abc", 3) == 3 && close(fd) == 0);
    CHECK(mkdirat(directory, "sub", 0777) == 0);
    CHECK(fstatat(directory, "sub/../f", &status, 0) == 0 && status.st_size == 3);
    CHECK(faccessat(directory, "f", R_OK, 0) == 0);
    // A directory descriptor is a sandbox: nothing above it.
    CHECK(openat(directory, "../at/f", O_RDONLY) == -1 && (errno == EPERM || errno == ENOTCAPABLE));
    CHECK(unlinkat(directory, "f", 0) == 0 && unlinkat(directory, "sub", AT_REMOVEDIR) == 0);
    CHECK(rmdir("at") == 0);
    FAILS(openat(directory, "f", O_CREAT | O_RDWR, 0666), ENOENT);
    close(directory);
}

int main(void)
{
    make_and_remove();
    list();
    at_calls();
    return 0;
}
