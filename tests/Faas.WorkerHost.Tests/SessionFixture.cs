using System.Buffers;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Runtimes;
using Faas.WorkerHost.Execution;
using Faas.WorkerHost.Session;

namespace Faas.WorkerHost.Tests;

/// <summary>A worker's session inside the test's process, and the supervisor's end of it.</summary>
internal sealed class SessionFixture : IAsyncDisposable
{
    public const int WindowBytes = 1000;

    // Far above what a busy machine needs: a defect ends the run, nothing is measured.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly ITransportConnection _wire;
    private readonly FrameConnection _frames;
    private readonly FrameConnection _worker;
    private readonly Lock _gate = new();
    private readonly List<Received> _received = [];
    private readonly Task _reading;
    private readonly Task _serving;
    private TaskCompletionSource _news = new();
    private int _ends;
    private uint _lastHandle;

    public SessionFixture(int slots = 4, bool runsOnSlotThread = true, long maxModuleBytes = long.MaxValue)
    {
        Backend = new ScriptedBackend { RunsOnSlotThread = runsOnSlotThread };
        (_wire, var workerWire) = InMemoryTransport.CreatePair();
        Writes = new CountingConnection(workerWire);
        _frames = new FrameConnection(_wire);
        _worker = new FrameConnection(Writes);
        Modules = new ModuleCache(
            new BackendSet(Backend, kind => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no interpreters here")), maxModuleBytes);
        Session = new WorkerSession(_worker, Modules, slots, WindowBytes);
        _reading = _frames.ReadLoopAsync(Receive, static () => { }, CancellationToken.None);
        _serving = Task.Factory.StartNew(Session.Serve, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public ScriptedBackend Backend { get; }

    public ModuleCache Modules { get; }

    public WorkerSession Session { get; }

    public CountingConnection Writes { get; }

    public uint Prepare(Func<InvocationContext, InvocationResult>? guest, long bytes = 0, InvocationLimits? limits = null)
    {
        var handle = ++_lastHandle;
        var path = $"guest-{handle}";
        if (guest is not null)
        {
            Backend.Guests[path] = guest;
        }

        Backend.Sizes[path] = bytes;
        Send(buffer => Message(handle, limits).Write(buffer));
        return handle;
    }

    public static PrepareMessage Message(uint handle, InvocationLimits? limits = null) => new(
        handle, ModuleKind.Wasm, limits ?? InvocationLimits.Default, "f_1", $"guest-{handle}", [], new Dictionary<string, string>());

    /// <summary>Sends frames in one write.</summary>
    public void Send(params ReadOnlySpan<Action<FrameBuffer>> frames)
    {
        using (var stage = _frames.Stage())
        {
            foreach (var frame in frames)
            {
                frame(stage.Buffer);
            }
        }

        _ = _frames.FlushAsync().AsTask();
    }

    public void Invoke(ulong id, uint handle, ReadOnlySpan<byte> input = default, FrameFlags flags = FrameFlags.EndOfInput, uint timeoutMilliseconds = 0)
    {
        var bytes = input.ToArray();
        Send(buffer => WriteInvoke(buffer, id, handle, bytes, flags, timeoutMilliseconds));
    }

    public static void WriteInvoke(
        FrameBuffer buffer, ulong id, uint handle, byte[] input, FrameFlags flags = FrameFlags.EndOfInput, uint timeoutMilliseconds = 0) =>
        InvokeMessage.Write(buffer, id, flags, new InvokeMessage(handle, timeoutMilliseconds, 0, 0, default, default), [], input);

    public void Input(ulong id, byte[] bytes, FrameFlags flags = FrameFlags.None) =>
        Send(buffer => StreamChunk.Write(buffer, FrameType.Input, flags, id, bytes));

    public void Window(ulong id, uint bytes) => Send(buffer => new WindowMessage(bytes).Write(buffer, id));

    public void Cancel(ulong id) => Send(buffer => SessionMessages.WriteCancel(buffer, id));

    /// <summary>Bytes that need not be frames.</summary>
    public async Task SendRaw(byte[] bytes) => await _wire.Output.WriteAsync(bytes);

    public void Close() => _frames.Dispose();

    /// <summary>Pings and waits: what was sent before has been handled.</summary>
    public async Task<PongMessage> Ping(ulong nonce)
    {
        Send(buffer => SessionMessages.WritePing(buffer, nonce));
        var pong = await Wait($"pong {nonce}", frames => frames.FirstOrDefault(frame => frame.Pong is { } figures && figures.Nonce == nonce));
        return pong.Pong!.Value;
    }

    public async Task<Ending> End(ulong id) =>
        (await Wait($"the end of {id}", frames => frames.FirstOrDefault(frame => frame.Id == id && frame.Ending is not null))).Ending!.Value;

    public Task<byte[]> Output(ulong id, int length) => Wait($"{length} bytes of output of {id}", frames =>
        OutputOf(frames, id) is var bytes && bytes.Length >= length ? bytes : null);

    public byte[] OutputSoFar(ulong id)
    {
        lock (_gate)
        {
            return OutputOf(_received, id);
        }
    }

    /// <summary>Everything granted for the input of an invocation, once it is <paramref name="least"/>.</summary>
    public async Task<int> Granted(ulong id, int least) => (int)await Wait<object>($"a window of {least} for {id}", frames =>
        frames.Where(frame => frame.Id == id).Sum(frame => (int)frame.Window) is var sum && sum >= least ? sum : null);

    /// <summary>Waits until so many invocations have ended.</summary>
    public Task Ends(int count) => Wait<object>($"{count} ends", _ => _ends >= count ? _ends : null);

    /// <summary>Waits for the session's end.</summary>
    /// <returns>The rule that was broken; null for a clean end.</returns>
    public async Task<ProtocolError?> EndOfSession()
    {
        await Within(_serving, "the session ends");
        return (Session.Failure as ProtocolViolationException)?.Error;
    }

    public static async Task Within(Task task, string what)
    {
        try
        {
            await task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"did not happen: {what}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _frames.Dispose();
        await Within(_serving, "the session ends");
        await Within(_reading, "the supervisor's reader ends");
        _worker.Dispose();
    }

    private static byte[] OutputOf(IEnumerable<Received> frames, ulong id) =>
        [.. frames.Where(frame => frame.Id == id).SelectMany(frame => frame.Output)];

    private async Task<T> Wait<T>(string what, Func<List<Received>, T?> find)
        where T : class
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (find(_received) is { } found)
                {
                    return found;
                }

                news = _news.Task;
            }

            await Within(news, what);
        }
    }

    private void Receive(in Frame frame)
    {
        var payload = frame.Payload;
        var received = new Received { Id = frame.Header.InvocationId };
        switch (frame.Header.Type)
        {
            case FrameType.Output:
                received.Output = payload.ToArray();
                break;
            case FrameType.Completed:
                var message = CompletedMessage.Read(payload);
                received.Ending = new Ending(message.Status, message.Start, message.ExitCode, Encoding.UTF8.GetString(message.Message));
                break;
            case FrameType.Window:
                received.Window = WindowMessage.Read(payload).Bytes;
                break;
            case FrameType.Pong:
                received.Pong = PongMessage.Read(payload);
                break;
            default:
                break;
        }

        TaskCompletionSource news;
        lock (_gate)
        {
            _received.Add(received);
            _ends += received.Ending is null ? 0 : 1;
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.SetResult();
    }

    internal readonly record struct Ending(InvocationStatus Status, StartKind Start, int ExitCode, string Message);

    private sealed class Received
    {
        public ulong Id { get; init; }

        public byte[] Output { get; set; } = [];

        public Ending? Ending { get; set; }

        public uint Window { get; set; }

        public PongMessage? Pong { get; set; }
    }
}
