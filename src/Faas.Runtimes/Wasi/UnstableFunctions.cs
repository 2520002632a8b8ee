namespace Faas.Runtimes.Wasi;

/// <summary>What preview 0 (<c>wasi_unstable</c>) does differently: the numbers of <c>whence</c>, and two layouts.</summary>
internal static class UnstableFunctions
{
    public static Errno FdSeek(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var whence = (byte)arguments[2] switch
        {
            0 => Whence.Current,
            1 => Whence.End,
            2 => Whence.Start,
            _ => (Whence)byte.MaxValue,
        };
        return SeekFunctions.FdSeek(context, memory, [arguments[0], arguments[1], (long)whence, arguments[3]]);
    }

    public static Errno FdFilestatGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        StatFunctions.FdFilestatGet(context, memory, arguments, FilestatLayout.Preview0);

    public static Errno PathFilestatGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        StatFunctions.PathFilestatGet(context, memory, arguments, FilestatLayout.Preview0);

    public static Errno PollOneoff(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        PollFunctions.PollOneoff(context, memory, arguments, Subscription.UnstableBytes);
}
