using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Faas.Runtimes.Native.Processes;

/// <summary>
/// Carries one guest's input and output between its pipes and the invocation, on the slot's thread, until the guest
/// has ended or must end.
/// </summary>
internal static unsafe class StreamPump
{
    /// <summary>One read of a pipe: its default capacity on Linux.</summary>
    private const int BufferBytes = 64 * 1024;

    /// <summary>
    /// Input that has not arrived yet is looked for again after this many milliseconds, doubling up to
    /// <see cref="MaxInputPollMilliseconds"/>: the invocation has no descriptor to wait on. Input that came with the
    /// invocation, the usual case, is never polled for.
    /// </summary>
    private const int MinInputPollMilliseconds = 1;

    private const int MaxInputPollMilliseconds = 16;

    /// <summary>Runs until the guest's end.</summary>
    /// <param name="invocation">Source of input, sink of output.</param>
    /// <param name="streams">The guest's pipes; its own ends are already closed here.</param>
    /// <param name="process">The guest; asked every few milliseconds where it has no descriptor to wait on.</param>
    /// <param name="errorTail">Receives the last bytes of standard error.</param>
    /// <returns>True when the guest ended by itself; false when it must be ended now.</returns>
    internal static bool Run(InvocationContext invocation, StandardStreams streams, IGuestProcess process, ErrorTail errorTail)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        byte[]? input = null;
        var inputStart = 0;
        var inputEnd = 0;
        var inputPoll = MinInputPollMilliseconds;
        var endFd = process.ExitedFd;
        var polls = stackalloc LibcNativeMethods.PollFd[4];
        try
        {
            while (true)
            {
                var waitsForInput = false;
                if (streams.HostInput.IsOpen)
                {
                    if (inputStart == inputEnd)
                    {
                        var available = invocation.AvailableInput;
                        if (available < 0)
                        {
                            streams.HostInput.Dispose();
                        }
                        else if (available > 0)
                        {
                            input ??= ArrayPool<byte>.Shared.Rent(BufferBytes);
                            inputStart = 0;
                            inputEnd = invocation.ReadInput(input);
                            inputPoll = MinInputPollMilliseconds;
                            if (inputEnd == 0)
                            {
                                streams.HostInput.Dispose();
                            }
                        }
                        else
                        {
                            waitsForInput = true;
                        }
                    }

                    if (inputStart < inputEnd)
                    {
                        inputStart += WriteSome(streams.HostInput, input.AsSpan(inputStart, inputEnd - inputStart));
                        if (inputStart == inputEnd)
                        {
                            continue; // the next piece, or the end of the input, before waiting
                        }
                    }
                }

                polls[0] = new LibcNativeMethods.PollFd { Fd = streams.HostOutput.Value, Events = LibcNativeMethods.POLLIN };
                polls[1] = new LibcNativeMethods.PollFd { Fd = streams.HostError.Value, Events = LibcNativeMethods.POLLIN };
                polls[2] = new LibcNativeMethods.PollFd { Fd = endFd, Events = LibcNativeMethods.POLLIN };
                polls[3] = new LibcNativeMethods.PollFd
                {
                    Fd = inputStart < inputEnd ? streams.HostInput.Value : -1,
                    Events = LibcNativeMethods.POLLOUT,
                };
                var timeout = RemainingMilliseconds(invocation.Deadline);
                if (waitsForInput)
                {
                    timeout = Math.Min(timeout, inputPoll);
                    inputPoll = Math.Min(inputPoll * 2, MaxInputPollMilliseconds);
                }

                if (endFd < 0)
                {
                    timeout = Math.Min(timeout, 5);
                }

                _ = LibcNativeMethods.poll(polls, 4, timeout); // EINTR: nothing is ready, and the loop looks again
                var ended = endFd < 0 ? process.TryReap(out _) : polls[2].Revents != 0;
                if (!Drain(invocation, streams, buffer, errorTail, untilEmpty: ended))
                {
                    return false;
                }

                if (ended)
                {
                    return true;
                }

                if (invocation.IsCancelled || Stopwatch.GetTimestamp() >= invocation.Deadline)
                {
                    return false;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (input is not null)
            {
                ArrayPool<byte>.Shared.Return(input);
            }
        }
    }

    /// <summary>What an interpreter has said of its own end, once it has ended.</summary>
    internal static void DrainError(FileDescriptor pipe, InvocationContext invocation, ErrorTail errorTail)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        for (var count = ReadSome(pipe, buffer); count > 0; count = ReadSome(pipe, buffer))
        {
            errorTail.Append(buffer.AsSpan(0, count));
            _ = invocation.WriteError(buffer.AsSpan(0, count));
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Milliseconds to a deadline, rounded up, at least 0.</summary>
    internal static int RemainingMilliseconds(long deadline)
    {
        var ticks = deadline - Stopwatch.GetTimestamp();
        if (ticks <= 0)
        {
            return 0;
        }

        var milliseconds = (ticks / (Stopwatch.Frequency / 1000)) + 1;
        return (int)Math.Min(milliseconds, int.MaxValue);
    }

    /// <summary>Takes what the guest has written: one buffer a stream, or everything when it has ended.</summary>
    private static bool Drain(
        InvocationContext invocation, StandardStreams streams, byte[] buffer, ErrorTail errorTail, bool untilEmpty)
    {
        while (true)
        {
            var any = false;
            var output = ReadSome(streams.HostOutput, buffer);
            if (output > 0)
            {
                any = true;
                if (!invocation.WriteOutput(buffer.AsSpan(0, output)))
                {
                    return false;
                }
            }

            var error = ReadSome(streams.HostError, buffer);
            if (error > 0)
            {
                any = true;
                errorTail.Append(buffer.AsSpan(0, error));
                if (!invocation.WriteError(buffer.AsSpan(0, error)))
                {
                    return false;
                }
            }

            if (!untilEmpty || !any)
            {
                return true;
            }
        }
    }

    /// <summary>Reads without blocking; closes at the end of the stream. 0 when there is nothing.</summary>
    private static int ReadSome(FileDescriptor descriptor, byte[] buffer)
    {
        if (!descriptor.IsOpen)
        {
            return 0;
        }

        var poll = new LibcNativeMethods.PollFd { Fd = descriptor.Value, Events = LibcNativeMethods.POLLIN };
        if (LibcNativeMethods.poll(&poll, 1, 0) <= 0)
        {
            return 0;
        }

        fixed (byte* p = buffer)
        {
            var count = LibcNativeMethods.read(descriptor.Value, p, (nuint)BufferBytes);
            if (count == 0)
            {
                descriptor.Dispose();
            }

            return (int)Math.Max(count, 0);
        }
    }

    /// <summary>Writes what fits; when the guest has closed its input the rest is dropped, as a shell's pipe would.</summary>
    private static int WriteSome(FileDescriptor descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            var count = LibcNativeMethods.write(descriptor.Value, p, (nuint)bytes.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            if (Marshal.GetLastPInvokeError() is LibcNativeMethods.EAGAIN or LibcNativeMethods.EINTR)
            {
                return 0;
            }

            descriptor.Dispose();
            return bytes.Length;
        }
    }
}
