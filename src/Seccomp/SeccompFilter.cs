using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Faas.Seccomp;

/// <summary>
/// The filters of system calls under which functions and compilers run: everything is allowed but what
/// <see cref="RefusedCalls"/> and <see cref="ExaminedCalls"/> list, and everything made for another architecture.
/// docs/adr/0013 tells why it is this way round.
/// </summary>
internal static class SeccompFilter
{
    /// <summary>Where the arguments begin in struct seccomp_data: i32 number | u32 architecture | u64 address | u64 arguments[6].</summary>
    internal const uint ArgumentsOffset = 16;

    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    // linux/audit.h
    private const uint AUDIT_ARCH_X86_64 = 0xC000_003E;
    private const uint AUDIT_ARCH_AARCH64 = 0xC000_00B7;

    /// <summary>asm/unistd.h, __X32_SYSCALL_BIT: from here on calls are of the ABI with 32-bit pointers, under the same architecture.</summary>
    private const uint X32Bit = 0x4000_0000;

    // linux/seccomp.h, asm-generic/errno.h
    private const uint SECCOMP_RET_ALLOW = 0x7FFF_0000;
    private const uint SECCOMP_RET_ERRNO = 0x0005_0000;
    private const int EPERM = 1;
    private const int EMFILE = 24;
    private const int EAFNOSUPPORT = 97;

    private static readonly ConcurrentDictionary<(FilterUse, Unbounded), byte[]?> s_programs = new();

    /// <summary>False where the kernel has no filters or none is written for the processor.</summary>
    internal static bool IsAvailable => For(FilterUse.Guest) is not null;

    /// <summary>The program for this machine; null where none is available.</summary>
    internal static byte[]? For(FilterUse use, Unbounded unbounded = Unbounded.Nothing) =>
        s_programs.GetOrAdd((use, unbounded), static key => AssembleHere(key.Item1, key.Item2));

    /// <summary>The program for an architecture, as the kernel takes it.</summary>
    /// <param name="architecture">x64 or arm64.</param>
    /// <param name="use">Whom it is for.</param>
    /// <param name="unbounded">What nothing else bounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another architecture.</exception>
    internal static byte[] Assemble(Architecture architecture, FilterUse use, Unbounded unbounded = Unbounded.Nothing)
    {
        var verdicts = new FilterVerdicts();
        var program = new BpfAssembler();
        program.Load(ArchitectureOffset);
        program.IfEqual(AuditNumber(architecture), null, verdicts.Refuse);
        program.Load(NumberOffset);

        var decisions = new List<(int Number, BpfLabel To)>();
        var examinations = new List<(BpfLabel At, Action<BpfAssembler, FilterVerdicts> Examine)>();
        foreach (var call in RefusedTo(use, unbounded))
        {
            decisions.Add((Number(call), verdicts.Refuse));
        }

        foreach (var call in unbounded.HasFlag(Unbounded.Inotify) ? RefusedCalls.Inotify : [])
        {
            decisions.Add((Number(call), verdicts.TooMany));
        }

        foreach (var (call, examine) in ExaminedCalls.All)
        {
            var at = new BpfLabel();
            decisions.Add((Number(call), at));
            examinations.Add((at, examine));
        }

        decisions.RemoveAll(static decision => decision.Number < 0);
        decisions.Add(((int)X32Bit, verdicts.Refuse)); // and all after it, which on AArch64 are none
        Search(program, CollectionsMarshal.AsSpan(Intervals(decisions, verdicts.Allow)));
        foreach (var (at, examine) in examinations)
        {
            program.Mark(at);
            examine(program, verdicts);
        }

        program.Mark(verdicts.Refuse);
        program.Return(Errno(EPERM));
        program.Mark(verdicts.TooMany);
        program.Return(Errno(EMFILE));
        program.Mark(verdicts.UnknownFamily);
        program.Return(Errno(EAFNOSUPPORT));
        program.Mark(verdicts.Allow);
        program.Return(SECCOMP_RET_ALLOW);
        return program.Assemble();

        int Number(SystemCall call) => architecture == Architecture.X64 ? call.X64 : call.Arm64;
    }

    /// <summary>The verdict that makes a call fail with an error number.</summary>
    internal static uint Errno(int number) => SECCOMP_RET_ERRNO | (uint)number;

    /// <summary>The calls that are refused whatever their arguments.</summary>
    internal static SystemCall[] RefusedTo(FilterUse use, Unbounded unbounded = Unbounded.Nothing) =>
    [
        .. use == FilterUse.Zygote ? [] : RefusedCalls.Namespaces,
        .. use == FilterUse.Guest ? RefusedCalls.Mounting : [],
        .. unbounded.HasFlag(Unbounded.UnmappedMemory) ? RefusedCalls.UnmappedMemory : [],
        .. RefusedCalls.Always,
    ];

    private static uint AuditNumber(Architecture architecture) => architecture switch
    {
        Architecture.X64 => AUDIT_ARCH_X86_64,
        Architecture.Arm64 => AUDIT_ARCH_AARCH64,
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "no filter is written for it"),
    };

    /// <summary>The whole range of numbers, cut where the decision changes; from the last one on it stays.</summary>
    private static List<(uint From, BpfLabel To)> Intervals(List<(int Number, BpfLabel To)> decisions, BpfLabel others)
    {
        var intervals = new List<(uint From, BpfLabel To)> { (0, others) };
        foreach (var (number, to) in decisions.OrderBy(static decision => decision.Number))
        {
            Begin((uint)number, to);
            if (number != (int)X32Bit)
            {
                Begin((uint)number + 1, others);
            }
        }

        return intervals;

        void Begin(uint from, BpfLabel to)
        {
            if (intervals[^1].From == from)
            {
                intervals.RemoveAt(intervals.Count - 1);
            }

            if (intervals.Count == 0 || intervals[^1].To != to)
            {
                intervals.Add((from, to));
            }
        }
    }

    /// <summary>
    /// By halves: seven comparisons instead of seventy. That counts once a process, when the kernel finds out which
    /// calls need not be filtered at all, and on kernels before 5.11 at each call.
    /// </summary>
    private static void Search(BpfAssembler program, ReadOnlySpan<(uint From, BpfLabel To)> intervals)
    {
        var middle = intervals.Length / 2;
        var below = intervals[..middle];
        var above = intervals[middle..];
        var lower = below.Length == 1 ? below[0].To : new BpfLabel();
        var upper = above.Length == 1 ? above[0].To : new BpfLabel();
        program.IfAtLeast(above[0].From, upper, lower);
        if (below.Length > 1)
        {
            program.Mark(lower);
            Search(program, below);
        }

        if (above.Length > 1)
        {
            program.Mark(upper);
            Search(program, above);
        }
    }

    private static byte[]? AssembleHere(FilterUse use, Unbounded unbounded) =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && File.Exists("/proc/sys/kernel/seccomp/actions_avail") // Linux 4.14
            ? Assemble(RuntimeInformation.ProcessArchitecture, use, unbounded)
            : null;
}
