// A failed check ends the program with its place, text and errno.
#pragma once
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                     \
    do {                                                                                     \
        if (!(condition)) {                                                                  \
            fprintf(stderr, "%s:%d: %s (errno %d, %s)\n", __FILE__, __LINE__, #condition,    \
                    errno, strerror(errno));                                                 \
            exit(1);                                                                         \
        }                                                                                    \
    } while (0)

// A libc call that must fail with this errno.
#define FAILS(call, expected)                                                                \
    do {                                                                                     \
        errno = 0;                                                                           \
        CHECK((call) == -1);                                                                 \
        CHECK(errno == (expected));                                                          \
    } while (0)

// A raw call that must answer this errno.
#define ANSWERS(call, expected)                                                              \
    do {                                                                                     \
        int answered_ = (call);                                                              \
        if (answered_ != (expected)) {                                                       \
            fprintf(stderr, "%s:%d: %s answered %d, not %s\n", __FILE__, __LINE__, #call,    \
                    answered_, #expected);                                                   \
            exit(1);                                                                         \
        }                                                                                    \
    } while (0)

static inline void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

static inline void expect_file(const char *path, const char *text)
{
    char buffer[256] = {0};
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    size_t count = fread(buffer, 1, sizeof buffer - 1, file);
    CHECK(count == strlen(text));
    CHECK(memcmp(buffer, text, count) == 0);
    CHECK(fclose(file) == 0);
}
