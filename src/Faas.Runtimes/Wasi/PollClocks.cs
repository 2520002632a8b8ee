namespace Faas.Runtimes.Wasi;

/// <summary>The clocks at the start of a <c>poll_oneoff</c>: every timeout becomes a delay from that instant.</summary>
internal readonly struct PollClocks
{
    private readonly long _started;
    private readonly ulong _realtime;
    private readonly ulong _monotonic;

    private PollClocks(WasiContext context)
    {
        _started = context.Time.GetTimestamp();
        ClockFunctions.TryRead(context, ClockId.Realtime, out _realtime);
        ClockFunctions.TryRead(context, ClockId.Monotonic, out _monotonic);
    }

    public static PollClocks Start(WasiContext context) => new(context);

    /// <summary>Nanoseconds since the start.</summary>
    public ulong Elapsed(WasiContext context) =>
        (ulong)context.Time.GetElapsedTime(_started).Ticks * 100;

    /// <summary>Nanoseconds from the start until a clock subscription is due.</summary>
    /// <returns>ENOTSUP for the CPU-time clocks, which stand still while the guest waits; EINVAL for an unknown one.</returns>
    public Errno TryGetDelay(in Subscription subscription, out ulong delay)
    {
        delay = 0;
        ulong now;
        switch (subscription.ClockId)
        {
            case ClockId.Realtime:
                now = _realtime;
                break;
            case ClockId.Monotonic:
                now = _monotonic;
                break;
            case ClockId.ProcessCpuTime or ClockId.ThreadCpuTime:
                return Errno.NotSupported;
            default:
                return Errno.Invalid;
        }

        delay = !subscription.IsAbsolute ? subscription.Timeout
            : subscription.Timeout > now ? subscription.Timeout - now
            : 0;
        return Errno.Success;
    }
}
