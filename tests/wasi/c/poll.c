#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <wasi/api.h>

static __wasi_subscription_t clock_after(__wasi_userdata_t data, __wasi_clockid_t id, __wasi_timestamp_t timeout, int absolute)
{
    __wasi_subscription_t s = {.userdata = data};
    s.u.tag = __WASI_EVENTTYPE_CLOCK;
    s.u.u.clock.id = id;
    s.u.u.clock.timeout = timeout;
    s.u.u.clock.flags = absolute ? __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME : 0;
    return s;
}

static __wasi_subscription_t descriptor(__wasi_userdata_t data, int type, int fd)
{
    __wasi_subscription_t s = {.userdata = data};
    s.u.tag = type;
    s.u.u.fd_read.file_descriptor = fd;
    return s;
}

int main(void)
{
    char buffer[64];

    // libc: output is writable, input is readable and then at its end.
    struct pollfd fds[] = {{.fd = 1, .events = POLLOUT}, {.fd = 0, .events = POLLIN}};
    CHECK(poll(fds, 2, 1000) == 2);
    CHECK((fds[0].revents & POLLOUT) && (fds[1].revents & POLLIN));
    while (read(0, buffer, sizeof buffer) > 0) {
    }
    CHECK(poll(fds + 1, 1, 1000) == 1);

    // Raw: the earliest clock wins, and only what is ready is told.
    __wasi_subscription_t in[4];
    __wasi_event_t out[4];
    __wasi_size_t count = 99;
    in[0] = clock_after(1, __WASI_CLOCKID_MONOTONIC, 5000000000, 0);
    in[1] = clock_after(2, __WASI_CLOCKID_MONOTONIC, 2000000, 0);
    ANSWERS(__wasi_poll_oneoff(in, out, 2, &count), __WASI_ERRNO_SUCCESS);
    CHECK(count == 1 && out[0].userdata == 2 && out[0].type == __WASI_EVENTTYPE_CLOCK && out[0].error == 0);

    __wasi_timestamp_t now;
    ANSWERS(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &now), __WASI_ERRNO_SUCCESS);
    in[0] = clock_after(3, __WASI_CLOCKID_REALTIME, now + 3000000, 1);
    ANSWERS(__wasi_poll_oneoff(in, out, 1, &count), __WASI_ERRNO_SUCCESS);
    CHECK(count == 1 && out[0].userdata == 3);
    __wasi_timestamp_t later;
    ANSWERS(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &later), __WASI_ERRNO_SUCCESS);
    CHECK(later >= now + 3000000);

    // A file is ready with what is left in it; a bad descriptor is told by its event.
    put_file("f", "12345");
    int fd = open("f", O_RDONLY);
    CHECK(read(fd, buffer, 2) == 2);
    in[0] = descriptor(4, __WASI_EVENTTYPE_FD_READ, fd);
    in[1] = descriptor(5, __WASI_EVENTTYPE_FD_READ, 99);
    in[2] = descriptor(6, __WASI_EVENTTYPE_FD_WRITE, 2);
    in[3] = clock_after(7, __WASI_CLOCKID_MONOTONIC, 5000000000, 0);
    ANSWERS(__wasi_poll_oneoff(in, out, 4, &count), __WASI_ERRNO_SUCCESS);
    CHECK(count == 3);
    CHECK(out[0].userdata == 4 && out[0].error == 0 && out[0].fd_readwrite.nbytes == 3);
    CHECK(out[1].userdata == 5 && out[1].error == __WASI_ERRNO_BADF);
    CHECK(out[2].userdata == 6 && out[2].error == 0);

    ANSWERS(__wasi_poll_oneoff(in, out, 0, &count), __WASI_ERRNO_INVAL);
    return 0;
}
