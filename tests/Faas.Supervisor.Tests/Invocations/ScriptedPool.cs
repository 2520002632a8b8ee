using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Tests.Functions;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Tests.Invocations;

/// <summary>A runner over one session in memory; the test plays the worker.</summary>
internal sealed class ScriptedPool : IInvocationTargets, IFunctionCode, IInvocationObserver, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FunctionStore _store;
    private readonly FrameConnection _worker;
    private readonly List<ulong> _invoked = [];
    private readonly List<ulong> _cancelled = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _heard = new(0);

    public ScriptedPool(int slots = 2, int places = Places.DefaultMaximum)
    {
        _store = FunctionStore.Open(_folder.Path, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Scheduler = new Scheduler([new("loopback", slots)], maxQueueLength: 4);
        Runner = new InvocationRunner(Scheduler, this, this, SecretStore.Open(_store.Data), this, TimeProvider.System, ["loopback"], places);
        var (supervisor, worker) = InMemoryTransport.CreatePair();
        _worker = new FrameConnection(worker);
        Session = new WorkerSession(
            new FrameConnection(supervisor), new WorkerHello(0, 1, (ushort)slots, default, "loopback", "", default), new InvocationNumbers(TimeProvider.System), TimeProvider.System);
        Generation = Scheduler.WorkerReady(0, slots, "loopback");
        SessionReading = Session.ReadAsync(CancellationToken.None);
        Reading = Task.WhenAll(SessionReading, _worker.ReadLoopAsync(Hear, static () => { }, CancellationToken.None));
    }

    public Scheduler Scheduler { get; }

    public InvocationRunner Runner { get; }

    public WorkerSession Session { get; }

    public int Generation { get; }

    /// <summary>Both sides' loops.</summary>
    public Task Reading { get; }

    public Task SessionReading { get; }

    public int Ends { get; private set; }

    /// <summary>What code the function has; replaced by tests that want another answer.</summary>
    public Func<ValueTask<CodeResult>> Code { get; set; } = static () => new(new CodeResult("/code", InvocationEnd.Ok, null));

    public IReadOnlyList<ulong> Cancelled
    {
        get
        {
            lock (_gate)
            {
                return [.. _cancelled];
            }
        }
    }

    public async Task<FunctionVersion> DeployAsync(bool idempotent = false) =>
        await _store.AddAsync(Drafts.Script("f") with { Idempotent = idempotent }, TestContext.Current.CancellationToken);

    public IInvocationTarget? Of(in Lease lease) => lease.Worker.Generation == lease.Generation ? Session : null;

    public void Forget(FunctionVersion function) => Session.Release(function.Handle);

    public ValueTask<CodeResult> ResolveAsync(FunctionVersion function, string backend, CancellationToken cancellationToken) => Code();

    public void Ended(Invocation invocation) => Ends++;

    public void Retried(Invocation invocation)
    {
    }

    public void EndedFromStore(FunctionVersion function)
    {
    }

    void IInvocationObserver.Forget(FunctionVersion function)
    {
    }

    /// <summary>Waits until the worker has been sent so many invocations, and returns the last one's id.</summary>
    public async Task<ulong> InvokedAsync(int count = 1)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_invoked.Count >= count)
                {
                    return _invoked[count - 1];
                }
            }

            await HearAsync();
        }
    }

    /// <summary>Waits until the worker was asked to end this invocation.</summary>
    public async Task CancelledAsync(ulong id)
    {
        while (!Cancelled.Contains(id))
        {
            await HearAsync();
        }
    }

    public void Output(ulong id, string text)
    {
        using (var stage = _worker.Stage())
        {
            StreamChunk.Write(stage.Buffer, FrameType.Output, FrameFlags.None, id, System.Text.Encoding.UTF8.GetBytes(text));
        }

        _worker.Flush();
    }

    public void Complete(ulong id, InvocationStatus status = InvocationStatus.Ok)
    {
        using (var stage = _worker.Stage())
        {
            new CompletedMessage(status, StartKind.Warm, 0, 1, 0, 1, 0, default).Write(stage.Buffer, id, null);
        }

        _worker.Flush();
    }

    /// <summary>The worker ends; what its session does then is done as <c>PooledWorker</c> does it.</summary>
    public async Task LoseAsync()
    {
        _worker.Dispose();
        await Reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Detach();
    }

    /// <summary>After the reading has ended.</summary>
    public void Detach()
    {
        Scheduler.WorkerGone(0, Generation);
        Session.Detach(static work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false));
    }

    /// <summary>Everything that was taken was given back. The session lets go a moment after the caller.</summary>
    public async Task AssertNothingHeldAsync()
    {
        for (var turn = 0; Runner.Living > 0 && turn < 3000; turn++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal((0, 0, 0, 0), (Runner.Living, Runner.Places.Taken, Scheduler.Outstanding, Scheduler.QueueLength));
    }

    public void Dispose()
    {
        Session.Dispose();
        _worker.Dispose();
        _store.Dispose();
        _folder.Dispose();
        _heard.Dispose();
    }

    private async Task HearAsync() => Assert.True(await _heard.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

    private void Hear(in Frame frame)
    {
        lock (_gate)
        {
            if (frame.Header.Type == FrameType.Invoke)
            {
                _invoked.Add(frame.Header.InvocationId);
            }
            else if (frame.Header.Type == FrameType.Cancel)
            {
                _cancelled.Add(frame.Header.InvocationId);
            }
        }

        _heard.Release();
    }
}
