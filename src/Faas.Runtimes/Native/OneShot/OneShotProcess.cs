using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;
using Faas.Runtimes.Native.Zygotes;

namespace Faas.Runtimes.Native.OneShot;

/// <summary>
/// An interpreter in a sandbox of its own, with a function's files in place, that waits on a socket for its one job:
/// arguments and environment. Its standard streams are pipes from the start. What it runs then is the process's real
/// main program; the driver (<c>once.*</c>) only stands before it.
/// </summary>
/// <remarks>
/// The job, little-endian: u32 length of the rest | u32 length of the header | header
/// <c>{"args":[…],"env":{…}}</c>. The driver sends one byte when it is ready for it.
/// </remarks>
internal sealed class OneShotProcess : IDisposable
{
    private readonly FileDescriptor _job;
    private readonly WorkFolder? _folder;

    private OneShotProcess(ChildProcess guest, StandardStreams streams, FileDescriptor job, WorkFolder? folder, long memoryBytes)
    {
        Guest = guest;
        Streams = streams;
        _job = job;
        _folder = folder;
        MemoryBytes = memoryBytes;
    }

    internal ChildProcess Guest { get; }

    internal StandardStreams Streams { get; }

    /// <summary>The memory limit it was started with.</summary>
    internal long MemoryBytes { get; }

    /// <summary>Stopwatch ticks of its start.</summary>
    internal long StartedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>True when the interpreter is up and has nothing to do but its job.</summary>
    internal bool IsReady => Poll(0) > 0;

    /// <exception cref="System.ComponentModel.Win32Exception">The process cannot be started.</exception>
    internal static OneShotProcess Start(Interpreter interpreter, FunctionSource source, InvocationLimits limits, NetworkAccess network)
    {
        var language = interpreter.Language;
        var driver = interpreter.OnceDriver;
        var folder = WorkFolder.CreateFor(interpreter);
        var (host, guest) = FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM);
        var streams = new StandardStreams();
        try
        {
            var process = interpreter.Sandbox.Start(new GuestCommand
            {
                Arguments = [.. language.RunOnce(interpreter.Path, interpreter.Sandbox.IsConfined ? driver.GuestPath : driver.HostPath, source.File.GuestPath, limits)],
                Environment = language.DriverEnvironment,
                Files = [driver, source.File, .. source.Others],
                BareFolder = folder?.FullPath,
                Network = network,
                AddressSpaceBytes = language.BaseAddressSpaceBytes > 0 ? language.BaseAddressSpaceBytes + limits.MemoryBytes : 0,
                DataBytes = language.BaseDataBytes > 0 ? language.BaseDataBytes + limits.MemoryBytes : 0,
                Descriptors = [streams.GuestInput.Value, streams.GuestOutput.Value, streams.GuestError.Value, guest.Value],
            });
            streams.CloseGuestEnds();
            return new OneShotProcess(process, streams, host, folder, limits.MemoryBytes);
        }
        catch
        {
            streams.Dispose();
            host.Dispose();
            folder?.Dispose();
            throw;
        }
        finally
        {
            guest.Dispose();
        }
    }

    /// <summary>
    /// Gives it its job when it is ready, and not before, for the reason told at <see cref="Lanes.GuestLane.IsStarting"/>.
    /// Waits until it reads, when the job is longer than what the socket holds.
    /// </summary>
    /// <returns>False when it has ended.</returns>
    internal bool TryGive(InvocationContext invocation)
    {
        while (Poll(Timeout.Infinite) <= 0)
        {
            // Interrupted by a signal.
        }

        var header = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            InvocationJson.WriteArguments(json, invocation);
            InvocationJson.WriteEnvironment(json, invocation);
            json.WriteEndObject();
        }

        return DescriptorMessage.TrySend(_job, header.WrittenSpan, [], []);
    }

    private unsafe int Poll(int milliseconds)
    {
        var poll = new LibcNativeMethods.PollFd { Fd = _job.Value, Events = LibcNativeMethods.POLLIN };
        return LibcNativeMethods.poll(&poll, 1, milliseconds);
    }

    /// <summary>Ends it and what it started.</summary>
    public void Dispose()
    {
        Guest.Dispose();
        Streams.Dispose();
        _job.Dispose();
        _folder?.Dispose();
    }
}
