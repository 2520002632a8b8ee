using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Tests.Wasi;

/// <summary>
/// A guest that passes anything: sequences of calls of any function with arguments near every boundary, over a memory
/// that holds valid paths, vectors, subscriptions and noise. Nothing may throw, nothing outside the memory may change,
/// every answer is an errno or a termination, the quota holds. MINIFAAS_FUZZ_SECONDS makes it run that long.
/// </summary>
public class WasiFuzzTests(ITestOutputHelper output)
{
    private const long QuotaBytes = 1 << 20;
    private const int QuotaNodes = 64;
    private const int LastErrno = 76;
    private static readonly string[] s_paths =
        [".", "..", "a", "b", "a/b", "a/../b", "a/", "l", "l/x", "/", "", "a//c/./d", "\0", "long-name-that-is-not-there", "../a", "b/..", "c", "c/", "d", "d/a", "c/l", "a/c", "e"];

    /// <summary>Addresses of things that make sense, so that calls get past the first check.</summary>
    private static readonly long[] s_pointers =
        [0, 1, 8, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000, Guest.MemoryBytes - 64, Guest.MemoryBytes - 8,
         Guest.MemoryBytes - 4, Guest.MemoryBytes - 1, Guest.MemoryBytes, Guest.MemoryBytes + 1, int.MaxValue, 0x80000000, uint.MaxValue - 7, uint.MaxValue];

    private static readonly Gen<long> s_argument = Gen.Frequency(
        (6, Gen.Long[0, 8]),
        (4, OneOf(s_pointers)),
        (3, Gen.Long[0, Guest.MemoryBytes]),
        (1, OneOf(long.MinValue, long.MaxValue, -1L, -2L, uint.MaxValue, 1L << 32, (1L << 30) - 1, 1L << 20, 10_000L)),
        (1, Gen.Long));

    // What an argument means, one letter each: f descriptor, d directory, p path (pointer and length), l lookup flags,
    // v vectors (pointer and count), o place for a result, s size, offset, time or flags.
    private static readonly Dictionary<string, string> s_roles = new()
    {
        ["fd_advise"] = "fsss", ["fd_allocate"] = "fss", ["fd_close"] = "f", ["fd_datasync"] = "f", ["fd_fdstat_get"] = "fo",
        ["fd_fdstat_set_flags"] = "fs", ["fd_fdstat_set_rights"] = "fss", ["fd_filestat_get"] = "fo",
        ["fd_filestat_set_size"] = "fs", ["fd_filestat_set_times"] = "fsss", ["fd_pread"] = "fvso", ["fd_pwrite"] = "fvso",
        ["fd_read"] = "fvo", ["fd_readdir"] = "dosso", ["fd_renumber"] = "ff", ["fd_seek"] = "fsso", ["fd_sync"] = "f",
        ["fd_tell"] = "fo", ["fd_write"] = "fvo", ["path_create_directory"] = "dp", ["path_filestat_get"] = "dlpo",
        ["path_filestat_set_times"] = "dlpsss", ["path_link"] = "dlpdp", ["path_open"] = "dlpsrrso", ["path_readlink"] = "dposo",
        ["path_remove_directory"] = "dp", ["path_rename"] = "dpdp", ["path_symlink"] = "pdp", ["path_unlink_file"] = "dp",
        ["poll_oneoff"] = "woso",
    };

    private static readonly Gen<(int Function, long[] Arguments)> s_call =
        Gen.Int[0, WasiFunctions.All.Length - 1].SelectMany(
            static f => Gen.Frequency((1, s_argument.Array[9]), (4, Meaningful(f))), static (f, a) => (f, a));

    private static readonly Gen<(byte[] Noise, (int, long[])[] Calls)> s_program =
        Gen.Select(Gen.Byte.Array[64], s_call.Array[1, 60], static (n, c) => (n, c));

    // How deep the calls get: successes by function.
    private readonly long[] _successes = new long[WasiFunctions.All.Length];

    [Fact]
    public void AnyCalls_AnyArguments_StayInside()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("MINIFAAS_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var calls = 0L;
        var started = Stopwatch.GetTimestamp();
        if (seconds > 0)
        {
            s_program.Sample(p => Interlocked.Add(ref calls, Run(p.Noise, p.Calls)), time: seconds, threads: 1);
        }
        else
        {
            s_program.Sample(p => Interlocked.Add(ref calls, Run(p.Noise, p.Calls)), iter: 3_000, threads: 1);
        }

        output.WriteLine($"{calls} calls in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        for (var i = 0; i < _successes.Length; i++)
        {
            output.WriteLine($"{WasiFunctions.All[i].Name}: {_successes[i]} successes");
        }
    }

    /// <summary>Arguments that fit, one in ten of them replaced by any.</summary>
    private static Gen<long[]> Meaningful(int function)
    {
        if (!s_roles.TryGetValue(WasiFunctions.All[function].Name, out var roles))
        {
            return s_argument.Array[9];
        }

        var arguments = Gen.Const<long[]>([]);
        foreach (var role in roles)
        {
            arguments = Gen.Select(arguments, Gen.Frequency((9, ByRole(role)), (1, s_argument.Array[role is 'p' or 'v' ? 2 : 1])), static (a, b) => (long[])[.. a, .. b]);
        }

        return Gen.Select(arguments, s_argument.Array[9], static (a, b) => (long[])[.. a, .. b]);
    }

    private static Gen<long[]> ByRole(char role) => role switch
    {
        'f' => Gen.Long[0, 12].Select(static v => (long[])[v]),
        'd' => Gen.Frequency((3, Gen.Const(3L)), (1, Gen.Long[3, 12])).Select(static v => (long[])[v]),
        'p' => Gen.Int[0, s_paths.Length - 1].Select(static i => (long[])[0x100 + (i * 32), Encoding.UTF8.GetByteCount(s_paths[i])]),
        'l' => Gen.Long[0, 1].Select(static v => (long[])[v]),
        'v' => Gen.Long[0, 3].Select(static v => (long[])[0x400, v]),
        'w' => Gen.Long[0, 2].Select(static v => (long[])[0x2000 + (v * 0x30)]),
        'o' => Gen.Long[0x9000, 0xF000].Select(static v => (long[])[v]),
        'r' => OneOf(0, -1, (1 << 30) - 1, 2, 0x40, 0x7E).Select(static v => (long[])[v]),
        _ => Gen.Frequency((3, Gen.Long[0, 15]), (1, Gen.Long[0, 300_000])).Select(static v => (long[])[v]),
    };

    private static Gen<long> OneOf(params long[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private int Run(byte[] noise, (int Function, long[] Arguments)[] calls)
    {
        var invocation = new StubInvocation { Input = noise, Arguments = ["a", "bc"], Environment = ["K=V"], KeepOutput = false };
        // A wait of any length ends: sleeping ends the invocation instead of passing time.
        var context = new WasiContext
        {
            MaxFileSystemBytes = QuotaBytes,
            MaxFileSystemNodes = QuotaNodes,
            BundledFiles = [("a/b", noise), ("b", noise)],
            Sleep = _ => invocation.Cancelled = true,
        };
        using var guest = new Guest(invocation, context);
        Furnish(guest, noise);
        var done = 0;
        foreach (var (index, arguments) in calls)
        {
            // Both modules; the noise decides, so that a failure repeats.
            var function = WasiFunctions.All[index];
            var given = arguments.AsSpan(0, function.Parameters.Length);
            var result = noise[done % noise.Length] < 64 ? guest.CallUnstable(function.Name, given) : guest.Call(function.Name, given);
            done++;
            if (result == WasiFunctions.Terminate)
            {
                Assert.NotEqual(WasiTermination.None, context.Termination);
                // The program of the next call is another one in the same slot.
                context.End();
                invocation.Cancelled = false;
                context.Begin(invocation);
            }
            else
            {
                Assert.InRange(result, 0, LastErrno);
                _successes[index] += result == 0 ? 1 : 0;
            }

            if (context.HasFileSystem)
            {
                Assert.InRange(context.FileSystem.Quota.UsedBytes, 0, QuotaBytes + 10_000);
                Assert.InRange(context.FileSystem.Quota.UsedNodes, 0, QuotaNodes + 3);
            }
        }

        guest.AssertGuards();
        return done;
    }

    private static void Furnish(Guest guest, byte[] noise)
    {
        guest.PutFile("a/c", "content");
        guest.Symlink("a/../l2", "l");
        guest.Open("a", Guest.OpenDirectory);
        guest.Open("b");
        guest.Memory.Clear();
        // Short paths at 0: pointer 0 to 8 with length 0 to 8 is a path more often than not.
        guest.Put(0, "a/b/../c");
        for (var i = 0; i < s_paths.Length; i++)
        {
            guest.Put(0x100 + (i * 32), s_paths[i]);
        }

        guest.PutVector(0x400, 0x8000, 100);
        guest.PutVector(0x408, 0x8100, 5000);
        guest.PutVector(0x410, uint.MaxValue, 1);
        guest.PutVector(0x800, 0x400, 0);
        guest.PutVector(0x808, Guest.MemoryBytes - 8, 8);
        guest.PutVector(0x810, 0, Guest.MemoryBytes);
        noise.CopyTo(guest.Memory[0x1000..]);
        noise.CopyTo(guest.Memory[(Guest.MemoryBytes - noise.Length)..]);
        guest.Memory[0x2000 + 8] = 1;
        guest.Memory[0x2030 + 8] = 2;
        guest.PutU64(0x2060 + 24, ulong.MaxValue);
    }
}
