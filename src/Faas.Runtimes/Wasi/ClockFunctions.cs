namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>clock_res_get</c> and <c>clock_time_get</c>: nanoseconds.</summary>
internal static class ClockFunctions
{
    /// <summary>Ticks of <see cref="DateTime"/> are 100 ns.</summary>
    private const int NanosecondsPerTick = 100;

    private const long NanosecondsPerSecond = 1_000_000_000;

    public static Errno ClockResGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        ulong resolution;
        switch ((ClockId)(uint)arguments[0])
        {
            case ClockId.Realtime:
                resolution = NanosecondsPerTick;
                break;
            case ClockId.Monotonic or ClockId.ProcessCpuTime or ClockId.ThreadCpuTime:
                resolution = (ulong)Math.Max(1, NanosecondsPerSecond / context.Time.TimestampFrequency);
                break;
            default:
                return Errno.Invalid;
        }

        return memory.TryWriteUInt64((uint)arguments[1], resolution) ? Errno.Success : Errno.Fault;
    }

    // The second argument, the precision asked for, is a hint; every clock here is as precise as it gets.
    public static Errno ClockTimeGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        !TryRead(context, (ClockId)(uint)arguments[0], out var now) ? Errno.Invalid
        : memory.TryWriteUInt64((uint)arguments[2], now) ? Errno.Success
        : Errno.Fault;

    /// <summary>The clock's time in nanoseconds; false when there is no such clock.</summary>
    public static bool TryRead(WasiContext context, ClockId clock, out ulong nanoseconds)
    {
        switch (clock)
        {
            case ClockId.Realtime:
                nanoseconds = Realtime(context.Time);
                return true;
            case ClockId.Monotonic:
                nanoseconds = ToNanoseconds(context.Time.GetTimestamp(), context.Time.TimestampFrequency);
                return true;
            // A slot's thread runs one guest and nothing else: its time is the invocation's, less what it slept.
            case ClockId.ProcessCpuTime or ClockId.ThreadCpuTime:
                nanoseconds = ToNanoseconds(
                    context.Time.GetTimestamp() - context.Started - context.Slept, context.Time.TimestampFrequency);
                return true;
            default:
                nanoseconds = 0;
                return false;
        }
    }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public static ulong Realtime(TimeProvider time) =>
        (ulong)(time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick;

    private static ulong ToNanoseconds(long ticks, long frequency) =>
        frequency == NanosecondsPerSecond
            ? (ulong)ticks
            : (ulong)((UInt128)(ulong)ticks * (ulong)NanosecondsPerSecond / (ulong)frequency);
}
