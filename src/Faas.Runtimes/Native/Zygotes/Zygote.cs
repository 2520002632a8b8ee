using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// A warm interpreter that forks a child for each job. Jobs may be started from any thread; the requests are written
/// one after the other. The protocol stands at the head of <c>Python/zygote.py</c>.
/// </summary>
internal sealed unsafe class Zygote : IDisposable
{
    /// <summary>A zygote is up in 30 to 60 ms; on a machine that is busy with everything else it takes its time.</summary>
    private const int StartMilliseconds = 10_000;

    private const int MaxDescriptors = 8;

    private readonly Lock _lock = new();
    private readonly Interpreter _interpreter;
    private readonly ChildProcess _process;
    private readonly FileDescriptor _control;
    private readonly HashSet<string> _loaded = new(StringComparer.Ordinal);

    private Zygote(Interpreter interpreter, ChildProcess process, FileDescriptor control)
    {
        _interpreter = interpreter;
        _process = process;
        _control = control;
    }

    /// <summary>False once a request could not be delivered or the process has ended.</summary>
    internal bool IsAlive => !_broken && !_process.TryReap(out _);

    private volatile bool _broken;

    /// <summary>Starts a zygote and waits until it is ready.</summary>
    /// <returns>Null when this machine cannot run one (an old interpreter, no right to nest namespaces).</returns>
    internal static Zygote? TryStart(Interpreter interpreter, NetworkAccess network)
    {
        var language = interpreter.Language;
        var functions = interpreter.Sandbox.IsConfined ? Interpreter.FunctionsFolder : interpreter.BareFunctionsFolder;
        var (host, guest) = FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM);
        using var nothing = FileDescriptor.OfContent([]); // a pipe, as children will have: PHP looks at its kind once
        ChildProcess process;
        using (guest)
        {
            process = interpreter.Sandbox.Start(new GuestCommand
            {
                Arguments =
                [
                    .. language.RunDriver(interpreter.Path, interpreter.Driver.GuestPath, Faas.Protocol.Contracts.InvocationLimits.Default),
                    "3", interpreter.Sandbox.IsConfined ? "1" : "0", functions,
                ],
                Files = [interpreter.Driver],
                WritableFolder = Interpreter.FunctionsFolder,
                Network = network,
                Processes = 0,
                OpenFiles = 4096, // five a running child
                MayNest = true,
                Descriptors = [nothing.Value, 2, 2, guest.Value],
            });
        }

        var zygote = new Zygote(interpreter, process, host);
        var poll = new LibcNativeMethods.PollFd { Fd = host.Value, Events = LibcNativeMethods.POLLIN };
        byte ready;
        if (LibcNativeMethods.poll(&poll, 1, StartMilliseconds) == 1
            && LibcNativeMethods.recv(host.Value, &ready, 1, LibcNativeMethods.MSG_DONTWAIT) == 1)
        {
            return zygote;
        }

        zygote.Dispose();
        return null;
    }

    /// <summary>Forks a child that runs a script once.</summary>
    /// <returns>Null when the zygote has ended.</returns>
    internal ZygoteJob? Run(FunctionSource source, InvocationContext invocation, StandardStreams streams)
    {
        var folder = WorkFolder.CreateFor(_interpreter);
        var header = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(header))
        {
            WriteJob(json, "run", source, invocation.Limits.MemoryBytes, folder);
            InvocationJson.WriteArguments(json, invocation);
            InvocationJson.WriteEnvironment(json, invocation);
            json.WriteEndObject();
        }

        return Start(source, header.WrittenSpan, folder, [streams.GuestInput.Value, streams.GuestOutput.Value, streams.GuestError.Value]);
    }

    /// <summary>Forks a child that keeps a handler loaded and serves calls on <paramref name="lane"/>.</summary>
    /// <returns>Null when the zygote has ended.</returns>
    internal ZygoteJob? Serve(FunctionSource source, long memoryBytes, FileDescriptor lane)
    {
        var folder = WorkFolder.CreateFor(_interpreter);
        var header = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(header))
        {
            WriteJob(json, "serve", source, memoryBytes, folder);
            json.WriteEndObject();
        }

        return Start(source, header.WrittenSpan, folder, [lane.Value]);
    }

    /// <summary>The function is not served by this worker any more.</summary>
    internal void Drop(string functionId)
    {
        lock (_lock)
        {
            if (_loaded.Remove(functionId))
            {
                var header = new ArrayBufferWriter<byte>(128);
                using (var json = new Utf8JsonWriter(header))
                {
                    json.WriteStartObject();
                    json.WriteString("op", "drop");
                    json.WriteString("fn", functionId);
                    json.WriteEndObject();
                }

                _ = Send(header.WrittenSpan, [], []);
            }
        }
    }

    public void Dispose()
    {
        _broken = true;
        _process.Dispose(); // its children die with it: namespace or parent-death signal
        _control.Dispose();
    }

    private static void WriteJob(Utf8JsonWriter json, string operation, FunctionSource source, long memoryBytes, WorkFolder? folder)
    {
        json.WriteStartObject();
        json.WriteString("op", operation);
        json.WriteString("fn", source.FunctionId);
        json.WriteString("file", source.EntryName);
        json.WriteNumber("memory", memoryBytes);
        json.WriteString("cwd", folder?.FullPath ?? "/tmp");
    }

    private ZygoteJob? Start(FunctionSource source, ReadOnlySpan<byte> header, WorkFolder? folder, ReadOnlySpan<int> descriptors)
    {
        var (host, guest) = FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM);
        using (guest)
        {
            lock (_lock)
            {
                if (!_broken && (_loaded.Contains(source.FunctionId) || Load(source)) && Send(header, [], [.. descriptors, guest.Value]))
                {
                    return new ZygoteJob(host, folder);
                }
            }
        }

        host.Dispose();
        folder?.Dispose();
        return null;
    }

    private bool Load(FunctionSource source)
    {
        foreach (var file in source.Others)
        {
            if (!Load(source, file))
            {
                return false;
            }
        }

        return Load(source, source.File) && _loaded.Add(source.FunctionId);
    }

    private bool Load(FunctionSource source, GuestFile file)
    {
        var header = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteString("op", "load");
            json.WriteString("fn", source.FunctionId);
            json.WriteString("file", FunctionSource.NameOf(file));
            json.WriteEndObject();
        }

        return Send(header.WrittenSpan, file.Content.Span, []);
    }

    /// <summary>u32 length of the rest, u32 length of the header, header, body; descriptors with the first byte.</summary>
    private bool Send(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, ReadOnlySpan<int> descriptors)
    {
        var length = 8 + header.Length + body.Length;
        var message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(message, length - 4);
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), header.Length);
            header.CopyTo(message.AsSpan(8));
            body.CopyTo(message.AsSpan(8 + header.Length));
            fixed (byte* bytes = message)
            {
                var sent = SendWithDescriptors(bytes, length, descriptors);
                while (sent > 0 && sent < length)
                {
                    var more = LibcNativeMethods.send(_control.Value, bytes + sent, (nuint)(length - sent), LibcNativeMethods.MSG_NOSIGNAL);
                    if (more < 0 && Marshal.GetLastPInvokeError() == LibcNativeMethods.EINTR)
                    {
                        continue;
                    }

                    sent = more < 0 ? more : sent + more;
                }

                _broken |= sent < length;
                return !_broken;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private nint SendWithDescriptors(byte* bytes, int length, ReadOnlySpan<int> descriptors)
    {
        // struct cmsghdr { size_t len; int level; int type; } followed by the data, all in 8-byte steps.
        const int ControlHeaderBytes = 16;
        var control = stackalloc byte[ControlHeaderBytes + (MaxDescriptors * sizeof(int))];
        var vector = new LibcNativeMethods.IoVec { Base = bytes, Length = (nuint)length };
        var message = new LibcNativeMethods.MsgHdr { Vectors = &vector, VectorCount = 1 };
        if (descriptors.Length > 0)
        {
            *(nuint*)control = (nuint)(ControlHeaderBytes + (descriptors.Length * sizeof(int)));
            *(int*)(control + 8) = LibcNativeMethods.SOL_SOCKET;
            *(int*)(control + 12) = LibcNativeMethods.SCM_RIGHTS;
            descriptors.CopyTo(new Span<int>(control + ControlHeaderBytes, MaxDescriptors));
            message.Control = control;
            message.ControlLength = (nuint)(ControlHeaderBytes + (((descriptors.Length * sizeof(int)) + 7) & ~7));
        }

        while (true)
        {
            var sent = LibcNativeMethods.sendmsg(_control.Value, &message, LibcNativeMethods.MSG_NOSIGNAL);
            if (sent >= 0 || Marshal.GetLastPInvokeError() != LibcNativeMethods.EINTR)
            {
                return sent;
            }
        }
    }
}
