namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>poll_oneoff</c>: clocks and descriptors. Only standard input can have to be waited for; files and
/// output are always ready. The wait is cut into slices, so that the deadline and a caller gone are noticed.
/// </summary>
internal static class PollFunctions
{
    /// <summary>More than there can be descriptors, for reading and for writing, plus clocks; keeps one look at them short.</summary>
    private const uint MaxSubscriptions = 4096;

    /// <summary>Longest sleep between two looks at cancellation.</summary>
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest sleep between two looks at standard input.</summary>
    private static readonly TimeSpan s_inputSlice = TimeSpan.FromMilliseconds(1);

    public static Errno PollOneoff(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        PollOneoff(context, memory, arguments, Subscription.Bytes);

    /// <param name="context">The caller.</param>
    /// <param name="memory">Its memory.</param>
    /// <param name="arguments">Subscriptions, events, count, place of the result.</param>
    /// <param name="size">Bytes of a subscription: which of the two layouts.</param>
    public static Errno PollOneoff(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments, uint size)
    {
        var count = (uint)arguments[2];
        if (count is 0 or > MaxSubscriptions)
        {
            return Errno.Invalid;
        }

        if (!memory.TryGetSpan((uint)arguments[0], count * size, out var subscriptions)
            || !memory.TryGetSpan((uint)arguments[1], count * PollEvent.Size, out var events)
            || !memory.Contains((uint)arguments[3], sizeof(uint)))
        {
            return Errno.Fault;
        }

        var clocks = PollClocks.Start(context);
        while (true)
        {
            var ready = Look(context, subscriptions, size, events, clocks, out var wait, out var waitsForInput);
            if (ready > 0)
            {
                memory.TryWriteUInt32((uint)arguments[3], (uint)ready);
                return Errno.Success;
            }

            if (context.IsInterrupted)
            {
                return context.TerminateInterrupted();
            }

            Wait(context, wait, waitsForInput ? s_inputSlice : s_slice);
        }
    }

    /// <summary>Writes an event for each subscription that is ready.</summary>
    /// <param name="context">The caller.</param>
    /// <param name="subscriptions">In guest memory.</param>
    /// <param name="size">Bytes of one.</param>
    /// <param name="events">In guest memory; room for one event a subscription.</param>
    /// <param name="clocks">The clocks at the start of the call.</param>
    /// <param name="wait">Nanoseconds to the first clock that is not due.</param>
    /// <param name="waitsForInput">True when standard input is asked for and has nothing.</param>
    /// <returns>Events written.</returns>
    private static int Look(
        WasiContext context, ReadOnlySpan<byte> subscriptions, uint size, Span<byte> events, in PollClocks clocks,
        out ulong wait, out bool waitsForInput)
    {
        var ready = 0;
        var elapsed = clocks.Elapsed(context);
        wait = ulong.MaxValue;
        waitsForInput = false;
        for (; !subscriptions.IsEmpty; subscriptions = subscriptions[(int)size..])
        {
            var subscription = Subscription.Read(subscriptions, size);
            var happened = new PollEvent { UserData = subscription.UserData, Type = subscription.Type };
            if (subscription.Type == Subscription.Clock)
            {
                happened.Error = clocks.TryGetDelay(subscription, out var delay);
                if (happened.Error == Errno.Success && delay > elapsed)
                {
                    wait = Math.Min(wait, delay - elapsed);
                    continue;
                }
            }
            else if (!IsReady(context, subscription, ref happened))
            {
                waitsForInput = true;
                continue;
            }

            happened.Write(events[(ready * (int)PollEvent.Size)..]);
            ready++;
        }

        return ready;
    }

    /// <summary>True when a descriptor has bytes or room, or an error to tell.</summary>
    private static bool IsReady(WasiContext context, in Subscription subscription, ref PollEvent happened)
    {
        if (subscription.Type > Subscription.Write)
        {
            happened.Error = Errno.Invalid;
            return true;
        }

        var right = subscription.Type == Subscription.Readable ? Rights.Read : Rights.Write;
        if (!context.Descriptors.TryGet(subscription.Descriptor, out var descriptor))
        {
            happened.Error = Errno.BadFileDescriptor;
        }
        else if (!descriptor.Has(Rights.Poll | right))
        {
            happened.Error = Errno.NotCapable;
        }
        else if (descriptor.Kind == DescriptorKind.StandardInput)
        {
            var available = context.Invocation.AvailableInput;
            happened.Bytes = (ulong)Math.Max(0, available);
            happened.IsHangup = available < 0;
            return available != 0;
        }
        else if (descriptor.Node is { } file && right == Rights.Read)
        {
            happened.Bytes = file.Size - Math.Min(file.Size, descriptor.Position);
        }
        else
        {
            happened.Bytes = PollEvent.WritableBytes;
        }

        return true;
    }

    private static void Wait(WasiContext context, ulong nanoseconds, TimeSpan slice)
    {
        var before = context.Time.GetTimestamp();
        var untilDeadline = context.Time.GetElapsedTime(before, context.Invocation.Deadline);
        // Whole milliseconds, upwards: what the scheduler offers. A guest may sleep longer than it asked for, not shorter.
        var ticks = Math.Min(nanoseconds / 100, (ulong)Math.Min(slice.Ticks, Math.Max(0, untilDeadline.Ticks)));
        var milliseconds = Math.Max(1, (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
        context.Sleep(TimeSpan.FromMilliseconds(milliseconds));
        context.Slept += context.Time.GetTimestamp() - before;
    }
}
