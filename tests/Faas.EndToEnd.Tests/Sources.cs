using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Guests of more than one test class. Those in WebAssembly text need no compiler, so their tests run everywhere.</summary>
internal static class Sources
{
    /// <summary>Writes <c>ok</c>.</summary>
    public const string Ok = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "\10\00\00\00\02\00\00\00")
          (data (i32.const 16) "ok")
          (func (export "_start")
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;

    /// <summary>Writes <c>begun</c>, sleeps for as many ms as its variable PAUSE says, writes <c>done</c>.</summary>
    public const string Pause = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <time.h>

        int main(void) {
            long ms = atol(getenv("PAUSE"));
            struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };
            puts("begun");
            fflush(stdout);
            nanosleep(&pause, 0);
            puts("done");
        }
        """;

    /// <summary>As <see cref="Pause"/>, behind a CGI head: under <c>/fn/</c> such output is passed on as it is written.</summary>
    public static string PauseWithHead { get; } = Pause.Replace("begun", @"Content-Type: text/plain\n\nbegun", StringComparison.Ordinal);

    /// <summary>Writes <c>looping</c> behind a CGI head, then loops without end.</summary>
    public static string LoopWithHead { get; } = RepositoryLayout.Module("loop.wat")
        .Replace(@"\08\00\00\00", @"\22\00\00\00", StringComparison.Ordinal) // the length
        .Replace("looping", @"Content-Type: text/plain\n\nlooping", StringComparison.Ordinal);

    /// <summary>Sleeps for 5 ms (poll_oneoff on the monotonic clock), then writes <c>ok</c>.</summary>
    public const string ShortSleep = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "\10\00\00\00\02\00\00\00")
          (data (i32.const 16) "ok")
          (func (export "_start")
            (i32.store (i32.const 80) (i32.const 1))
            (i64.store (i32.const 88) (i64.const 5000000))
            (drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;

    /// <summary>Writes its input, of up to 32 KiB.</summary>
    public const string Echo = """
        (module
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 1024))
            (i32.store (i32.const 4) (i32.const 32768))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.store (i32.const 4) (i32.load (i32.const 8)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;

    /// <summary>Writes its input to standard error, sleeps for 5 ms, and writes it to standard output.</summary>
    public const string SlowEcho = """
        (module
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 1024))
            (i32.store (i32.const 4) (i32.const 32768))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.store (i32.const 4) (i32.load (i32.const 8)))
            (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.store (i32.const 80) (i32.const 1))
            (i64.store (i32.const 88) (i64.const 5000000))
            (drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;

    /// <summary>A CGI program: its path chooses what it answers; otherwise all its variables and its body.</summary>
    public const string Cgi = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        extern char **environ;

        int main(void) {
            const char *path = getenv("PATH_INFO");
            char buffer[4096];
            size_t count;
            if (!strcmp(path, "/elsewhere")) {
                printf("Location: /fn/other?a=b\r\n\r\n");
                return 0;
            }
            if (!strcmp(path, "/fail")) {
                fprintf(stderr, "no luck\n");
                return 3;
            }
            if (!strcmp(path, "/plain")) {
                printf("no header here\n");
                return 0;
            }
            printf("Status: 201 Created\r\nX-Custom: yes\r\nContent-Type: text/x-test\r\n\r\n");
            for (char **variable = environ; *variable; variable++) puts(*variable);
            printf("BODY:");
            while ((count = fread(buffer, 1, sizeof buffer, stdin)) > 0) fwrite(buffer, 1, count, stdout);
        }
        """;
}
