// What libc hides: rights, renumbering, pre-opened directories, strange paths and pointers outside the memory.
#include "check.h"
#include <unistd.h>
#include <wasi/api.h>

#define ROOT 3
#define NOWHERE ((void *)0xFFFFFFF0u)

static __wasi_fd_t open_raw(__wasi_fd_t at, const char *path, __wasi_oflags_t how, __wasi_rights_t base, __wasi_rights_t inheriting)
{
    __wasi_fd_t fd;
    ANSWERS(__wasi_path_open(at, 0, path, how, base, inheriting, 0, &fd), __WASI_ERRNO_SUCCESS);
    return fd;
}

static void preopened(void)
{
    __wasi_prestat_t prestat;
    uint8_t name[8] = {0};
    ANSWERS(__wasi_fd_prestat_get(ROOT, &prestat), __WASI_ERRNO_SUCCESS);
    CHECK(prestat.tag == __WASI_PREOPENTYPE_DIR && prestat.u.dir.pr_name_len == 1);
    ANSWERS(__wasi_fd_prestat_dir_name(ROOT, name, 1), __WASI_ERRNO_SUCCESS);
    CHECK(name[0] == '/');
    ANSWERS(__wasi_fd_prestat_dir_name(ROOT, name, 0), __WASI_ERRNO_NAMETOOLONG);
    ANSWERS(__wasi_fd_prestat_get(1, &prestat), __WASI_ERRNO_BADF);
    ANSWERS(__wasi_fd_prestat_get(ROOT + 1, &prestat), __WASI_ERRNO_BADF);
}

static void rights(void)
{
    __wasi_fdstat_t stat;
    __wasi_size_t count;
    __wasi_ciovec_t out = {(const uint8_t *)"x", 1};
    __wasi_fd_t fd = open_raw(ROOT, "rights", __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, 0);
    ANSWERS(__wasi_fd_fdstat_get(fd, &stat), __WASI_ERRNO_SUCCESS);
    CHECK(stat.fs_filetype == __WASI_FILETYPE_REGULAR_FILE);
    CHECK(stat.fs_rights_base == (__WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE));
    ANSWERS(__wasi_fd_write(fd, &out, 1, &count), __WASI_ERRNO_SUCCESS);
    ANSWERS(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &(__wasi_filesize_t){0}), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_fd_fdstat_set_rights(fd, __WASI_RIGHTS_FD_READ, 0), __WASI_ERRNO_SUCCESS);
    ANSWERS(__wasi_fd_write(fd, &out, 1, &count), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_fd_fdstat_set_rights(fd, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, 0), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_fd_close(fd), __WASI_ERRNO_SUCCESS);

    // A directory passes on what it was given, and no more.
    __wasi_fd_t directory = open_raw(ROOT, ".", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_PATH_OPEN, __WASI_RIGHTS_FD_READ);
    fd = open_raw(directory, "rights", 0, __WASI_RIGHTS_FD_READ, 0);
    __wasi_fd_t refused;
    ANSWERS(__wasi_path_open(directory, 0, "rights", 0, __WASI_RIGHTS_FD_WRITE, 0, 0, &refused), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_path_open(directory, 0, "new", __WASI_OFLAGS_CREAT, 0, 0, 0, &refused), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_path_create_directory(directory, "new"), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_path_unlink_file(directory, "rights"), __WASI_ERRNO_NOTCAPABLE);
    ANSWERS(__wasi_fd_close(fd), __WASI_ERRNO_SUCCESS);
    ANSWERS(__wasi_fd_close(directory), __WASI_ERRNO_SUCCESS);
}

static void renumber(void)
{
    __wasi_fd_t a = open_raw(ROOT, "a", __WASI_OFLAGS_CREAT, 0, 0), b = open_raw(ROOT, "b", __WASI_OFLAGS_CREAT, 0, 0);
    ANSWERS(__wasi_fd_renumber(a, b), __WASI_ERRNO_SUCCESS);
    ANSWERS(__wasi_fd_close(a), __WASI_ERRNO_BADF);
    ANSWERS(__wasi_fd_renumber(b, a), __WASI_ERRNO_BADF);
    ANSWERS(__wasi_fd_renumber(a, b), __WASI_ERRNO_BADF);
    ANSWERS(__wasi_fd_close(b), __WASI_ERRNO_SUCCESS);
}

static void paths(void)
{
    __wasi_filestat_t stat;
    __wasi_fd_t fd;
    ANSWERS(__wasi_path_filestat_get(ROOT, 0, "", &stat), __WASI_ERRNO_NOENT);
    ANSWERS(__wasi_path_filestat_get(ROOT, 0, "..", &stat), __WASI_ERRNO_PERM);
    ANSWERS(__wasi_path_filestat_get(ROOT, 0, "/", &stat), __WASI_ERRNO_PERM);
    ANSWERS(__wasi_path_filestat_get(ROOT, 0, "a/../..", &stat), __WASI_ERRNO_NOTDIR);
    ANSWERS(__wasi_path_filestat_get(ROOT, 0, "\xC3\x28", &stat), __WASI_ERRNO_ILSEQ);
    ANSWERS(__wasi_path_filestat_get(1, 0, ".", &stat), __WASI_ERRNO_NOTDIR);
    ANSWERS(__wasi_path_filestat_get(77, 0, ".", &stat), __WASI_ERRNO_BADF);
    ANSWERS(__wasi_path_open(ROOT, 0, "a", 0, 0, 0, 1 << 9, &fd), __WASI_ERRNO_INVAL);
    ANSWERS(__wasi_path_open(ROOT, 0, ".", __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd), __WASI_ERRNO_ISDIR);
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    ANSWERS(__wasi_path_create_directory(ROOT, name), __WASI_ERRNO_NAMETOOLONG);
    ANSWERS(__wasi_path_filestat_set_times(ROOT, 0, "a", 1, 1, __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW), __WASI_ERRNO_INVAL);
}

static void pointers(void)
{
    __wasi_size_t count = 0;
    __wasi_timestamp_t time;
    __wasi_ciovec_t outside = {NOWHERE, 64}, wrapping = {(const uint8_t *)64, 0xFFFFFFF0u};
    __wasi_ciovec_t fine = {(const uint8_t *)"", 0};
    ANSWERS(__wasi_fd_write(1, NOWHERE, 4, &count), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_fd_write(1, &outside, 1, &count), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_fd_write(1, &wrapping, 1, &count), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_fd_write(1, &fine, 0x20000000u, &count), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_fd_write(1, &fine, 1, NOWHERE), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_random_get(NOWHERE, 64), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_random_get((uint8_t *)64, 0xFFFFFFFFu), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_clock_time_get(0, 0, NOWHERE), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_clock_time_get(9, 0, &time), __WASI_ERRNO_INVAL);
    ANSWERS(__wasi_args_get(NOWHERE, NOWHERE), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_fd_readdir(ROOT, NOWHERE, 64, 0, &count), __WASI_ERRNO_FAULT);
    ANSWERS(__wasi_poll_oneoff(NOWHERE, NOWHERE, 1, &count), __WASI_ERRNO_FAULT);
    CHECK(count == 0);
}

static void rest(void)
{
    uint8_t random[64] = {0}, other[64] = {0};
    ANSWERS(__wasi_random_get(random, sizeof random), __WASI_ERRNO_SUCCESS);
    ANSWERS(__wasi_random_get(other, sizeof other), __WASI_ERRNO_SUCCESS);
    CHECK(memcmp(random, other, sizeof random) != 0);
    ANSWERS(__wasi_sched_yield(), __WASI_ERRNO_SUCCESS);
    ANSWERS(__wasi_sock_shutdown(1, __WASI_SDFLAGS_RD), __WASI_ERRNO_NOTSOCK);
    ANSWERS(__wasi_sock_shutdown(77, __WASI_SDFLAGS_RD), __WASI_ERRNO_BADF);
}

int main(void)
{
    preopened();
    rights();
    renumber();
    paths();
    pointers();
    rest();
    return 0;
}
