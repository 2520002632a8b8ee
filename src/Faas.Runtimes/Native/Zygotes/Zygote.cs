using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// A warm interpreter that forks children, one for each job, some of them ahead of demand. Any thread; requests are
/// written one after the other. The protocol stands at the head of <c>Python/zygote.py</c>.
/// </summary>
internal sealed unsafe class Zygote : IDisposable
{
    /// <summary>A zygote is up in 30 to 60 ms; on a machine that is busy with everything else it takes its time.</summary>
    private const int AnswerMilliseconds = 10_000;

    /// <summary>What the zygote itself and the children that wait hold, with room to spare. Functions' files come on top.</summary>
    private const long OwnBytes = 64L << 20;

    /// <summary>The answer to what went well.</summary>
    private const byte Done = (byte)'R';

    private readonly Lock _lock = new();
    private readonly Interpreter _interpreter;
    private readonly ChildProcess _process;
    private readonly FileDescriptor _control;
    private readonly LoadedFunctions _loaded;
    private readonly SpareChildren _spares;
    private int _children;
    private long _granted;
    private long _mostGranted;
    private long _outOfMemoryKills;
    private long _lastUsed = Stopwatch.GetTimestamp();
    private volatile bool _broken;

    private Zygote(Interpreter interpreter, ChildProcess process, FileDescriptor control)
    {
        _interpreter = interpreter;
        _process = process;
        _control = control;
        _spares = new SpareChildren(this);
        // Without a sandbox the folder is on the disk, and processes of their own read from it as well.
        _loaded = new LoadedFunctions(interpreter.Sandbox.IsConfined ? LoadedFunctions.DefaultIdleBytes : long.MaxValue);
    }

    /// <summary>False once a request could not be delivered or the process has ended.</summary>
    internal bool IsAlive => !_broken && !_process.TryReap(out _);

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
                    .. language.RunDriver(interpreter.Path, interpreter.Driver.GuestPath, InvocationLimits.Default),
                    "3", interpreter.Sandbox.IsConfined ? "1" : "0", functions, interpreter.Filter?.GuestPath ?? "-",
                    network == NetworkAccess.Deny ? "own" : "shared",
                ],
                Environment = language.DriverEnvironment,
                Files = interpreter.Filter is { } filter ? [interpreter.Driver, filter] : [interpreter.Driver],
                WritableFolder = Interpreter.FunctionsFolder,
                WritableFolderBytes = interpreter.FunctionFilesBytes,
                Network = network,
                Processes = 0,
                OpenFiles = 4096, // five a running child
                MayNest = true,
                Descriptors = [nothing.Value, 2, 2, guest.Value],
            });
        }

        var zygote = new Zygote(interpreter, process, host);
        if (zygote.Answer() == Done)
        {
            return zygote;
        }

        zygote.Dispose();
        return null;
    }

    /// <summary>Has a child run a script once.</summary>
    /// <returns>Null when the zygote has ended.</returns>
    /// <exception cref="ModuleLoadException">The function's files do not fit.</exception>
    internal ZygoteChild? Run(FunctionSource source, InvocationContext invocation, StandardStreams streams)
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

        return Give(source, invocation.Limits.MemoryBytes, header.WrittenSpan, folder, [streams.GuestInput.Value, streams.GuestOutput.Value, streams.GuestError.Value]);
    }

    /// <summary>Has a child keep a handler loaded and serve calls on <paramref name="lane"/>.</summary>
    /// <returns>Null when the zygote has ended.</returns>
    /// <exception cref="ModuleLoadException">The function's files do not fit.</exception>
    internal ZygoteChild? Serve(FunctionSource source, long memoryBytes, FileDescriptor lane)
    {
        var folder = WorkFolder.CreateFor(_interpreter);
        var header = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(header))
        {
            WriteJob(json, "serve", source, memoryBytes, folder);
            json.WriteEndObject();
        }

        return Give(source, memoryBytes, header.WrittenSpan, folder, [lane.Value]);
    }

    /// <summary>The function is not served by this worker any more.</summary>
    internal void Drop(string functionId)
    {
        lock (_lock)
        {
            _loaded.Drop(functionId);
            RemoveSurplus();
        }
    }

    /// <summary>Forks a child that waits for a job.</summary>
    /// <returns>Null when the zygote has ended.</returns>
    internal ZygoteChild? Fork()
    {
        var (host, guest) = FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM);
        using (guest)
        {
            lock (_lock)
            {
                if (Order(static json => json.WriteString("op"u8, "fork"u8), guest.Value))
                {
                    _children++;
                    return new ZygoteChild(this, host);
                }
            }
        }

        host.Dispose();
        return null;
    }

    /// <summary>After a child's death by a signal: whether the kernel ended one because together they held all they may. Asked once a death.</summary>
    internal bool TakeOutOfMemoryKill()
    {
        lock (_lock)
        {
            var isNew = _process.OutOfMemoryKills > _outOfMemoryKills;
            _outOfMemoryKills += isNew ? 1 : 0;
            return isNew;
        }
    }

    /// <summary>A child's end was seen.</summary>
    /// <param name="granted">Bytes that it was granted.</param>
    /// <param name="functionId">Whose job it had; null when it had none.</param>
    internal void Ended(long granted, string? functionId)
    {
        lock (_lock)
        {
            if (functionId is not null)
            {
                _loaded.Unpin(functionId);
                RemoveSurplus();
            }

            _children--;
            _granted -= granted;
            _lastUsed = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Children for jobs to come, after one has been taken. Not on an invocation's way.</summary>
    internal void Refill() => _spares.Refill();

    /// <summary>It is about to be asked for something.</summary>
    internal void Touch()
    {
        lock (_lock)
        {
            _lastUsed = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>True when nothing was asked of it for <paramref name="idle"/> and nothing runs.</summary>
    internal bool IsIdle(TimeSpan idle)
    {
        var spares = _spares.Count; // not under our lock: a refill holds theirs and asks for ours
        lock (_lock)
        {
            return _children <= spares && Stopwatch.GetElapsedTime(_lastUsed) > idle;
        }
    }

    public void Dispose()
    {
        _broken = true;
        _spares.Dispose();
        _process.Dispose(); // its children die with it: namespace or parent-death signal
        _control.Dispose();
    }

    /// <summary>
    /// Before a child is given a job: what all of them together may hold now covers it. A bound for each child would need
    /// a group for each, and to join one stops every fork of the machine for as long as the kernel takes. It never falls:
    /// others may hold what has been given back.
    /// </summary>
    private void Grant(long bytes)
    {
        lock (_lock)
        {
            _granted += bytes;
            Reserve();
        }
    }

    /// <summary>Under the lock.</summary>
    private void Reserve(long comingBytes = 0)
    {
        var needed = _granted + _loaded.Bytes + comingBytes;
        if (_process.Group is { } group && needed > _mostGranted)
        {
            _mostGranted = needed;
            group.LimitMemory(OwnBytes + _mostGranted);
        }
    }

    private static void WriteJob(Utf8JsonWriter json, string operation, FunctionSource source, long memoryBytes, WorkFolder? folder)
    {
        json.WriteStartObject();
        json.WriteString("op"u8, operation);
        json.WriteString("fn"u8, source.FunctionId);
        json.WriteString("file"u8, source.EntryName);
        json.WriteNumber("memory"u8, memoryBytes);
        json.WriteString("cwd"u8, folder?.FullPath ?? "/tmp");
    }

    private ZygoteChild? Give(FunctionSource source, long memoryBytes, ReadOnlySpan<byte> header, WorkFolder? folder, ReadOnlySpan<int> descriptors)
    {
        // As much as its resource limit, and a full /tmp of its own.
        var granted = _interpreter.Language.BaseAddressSpaceBytes + memoryBytes + GuestCommand.DefaultTemporaryBytes;
        try
        {
            if (!TryPin(source))
            {
                folder?.Dispose();
                return null;
            }
        }
        catch (ModuleLoadException)
        {
            folder?.Dispose();
            throw;
        }

        // A spare may have ended while it waited (a guest without a sandbox can kill it): the next one then.
        while ((_spares.TryTake() ?? Fork()) is { } child)
        {
            Grant(granted);
            if (child.TryGive(header, source.FunctionId, folder, descriptors, granted))
            {
                return child;
            }

            child.Dispose();
            if (!IsAlive)
            {
                return null;
            }

            if (!TryPin(source))
            {
                return null; // it ended in between; the folder went with the child
            }
        }

        folder?.Dispose();
        return null;
    }

    /// <summary>
    /// Keeps the function's files in the folder until <see cref="Ended"/>. They lie there once the zygote has said so:
    /// children are given their jobs past it.
    /// </summary>
    /// <returns>False when the zygote has ended.</returns>
    /// <exception cref="ModuleLoadException">They do not fit.</exception>
    private bool TryPin(FunctionSource source)
    {
        lock (_lock)
        {
            if (_broken || _loaded.TryPin(source.FunctionId))
            {
                return !_broken;
            }

            GuestFile[] files = [.. source.Others, source.File];
            var bytes = LoadedFunctions.BytesOf(files.Select(static file => (long)file.Content.Length));
            if (bytes > LoadedFunctions.MaxFunctionBytes)
            {
                throw new ModuleLoadException(
                    InvocationStatus.InvalidModule, $"the function's files take more than {LoadedFunctions.MaxFunctionBytes >> 20} MiB: make them fewer or smaller");
            }

            RemoveSurplus(bytes);
            Reserve(bytes);
            foreach (var file in files)
            {
                if (!Order(json =>
                    {
                        json.WriteString("op"u8, "load"u8);
                        json.WriteString("fn"u8, source.FunctionId);
                        json.WriteString("file"u8, FunctionSource.NameOf(file));
                    }, body: file.Content.Span) || Answer() is not { } answer)
                {
                    return false;
                }

                if (answer != Done)
                {
                    Remove(source.FunctionId);
                    throw new ModuleLoadException(InvocationStatus.InternalError, "the function's files could not be put in place: no room is left for them");
                }
            }

            _loaded.AddPinned(source.FunctionId, bytes);
            return true;
        }
    }

    /// <summary>Under the lock.</summary>
    private void RemoveSurplus(long comingBytes = 0)
    {
        foreach (var functionId in _loaded.TakeSurplus(comingBytes))
        {
            Remove(functionId);
        }
    }

    /// <summary>Under the lock.</summary>
    private void Remove(string functionId) => Order(json =>
    {
        json.WriteString("op"u8, "drop"u8);
        json.WriteString("fn"u8, functionId);
    });

    /// <summary>Writes a request. Under the lock.</summary>
    private bool Order(Action<Utf8JsonWriter> write, int descriptor = -1, ReadOnlySpan<byte> body = default)
    {
        var header = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        _broken |= !DescriptorMessage.TrySend(_control, header.WrittenSpan, body, descriptor < 0 ? [] : [descriptor]);
        return !_broken;
    }

    /// <summary>Waits for the byte that says that the zygote is ready, or what became of what was asked. Null when none comes.</summary>
    private byte? Answer()
    {
        byte answer;
        var poll = new LibcNativeMethods.PollFd { Fd = _control.Value, Events = LibcNativeMethods.POLLIN };
        if (LibcNativeMethods.poll(&poll, 1, AnswerMilliseconds) != 1
            || LibcNativeMethods.recv(_control.Value, &answer, 1, LibcNativeMethods.MSG_DONTWAIT) != 1)
        {
            _broken = true;
            return null;
        }

        return answer;
    }
}
