using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Options;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Workers;

/// <summary>The worker processes: started before anybody asks, watched, replaced, and ended with the supervisor.</summary>
internal sealed class WorkerPool : IInvocationTargets, IAsyncDisposable
{
    // A process that connects and does not introduce itself is none of ours.
    private static readonly TimeSpan s_helloTimeout = TimeSpan.FromSeconds(5);

    private readonly SupervisorOptions _options;
    private readonly Scheduler _scheduler;
    private readonly WorkerPoolServices _services;
    private readonly LoopSupervisor _supervisor;
    private readonly ITransportListener _listener;
    private readonly IReadOnlyList<SendBurst> _bursts;
    private readonly PooledWorker[] _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private ulong _nonce;
    private long _lastBeat;
    private int _disposed;

    /// <param name="options">Of the server.</param>
    /// <param name="scheduler">Is told who is ready.</param>
    /// <param name="listener">Where the processes connect; owned from now on.</param>
    /// <param name="launcher">Starts them.</param>
    /// <param name="services">What the positions share.</param>
    /// <param name="supervisor">Of the pool's loops.</param>
    public WorkerPool(
        SupervisorOptions options, Scheduler scheduler, ITransportListener listener, IWorkerLauncher launcher, WorkerPoolServices services, LoopSupervisor supervisor)
    {
        _options = options;
        _scheduler = scheduler;
        _listener = listener;
        _services = services;
        _supervisor = supervisor;
        _bursts = SendBurst.Start(supervisor, _stop.Token);
        _workers = [.. Enumerable.Range(0, options.Workers).Select(index => new PooledWorker(index, options, launcher, scheduler, services))];
    }

    public IReadOnlyList<PooledWorker> Workers => _workers;

    public string Address => _listener.Address;

    /// <summary>Opens the socket that workers connect to.</summary>
    /// <exception cref="StartupFailureException">It cannot be opened.</exception>
    public static LastingListener Listen(SupervisorOptions options)
    {
        try
        {
            return new LastingListener(TransportCatalog.Get(options.Transport), Path.Combine(options.RuntimeDirectory, RuntimeDirectory.SocketName));
        }
        catch (IOException exception)
        {
            throw new StartupFailureException(exception.Message, "choose another folder with --runtime-dir DIR", innerException: exception);
        }
    }

    /// <summary>Starts every worker and returns when all are ready.</summary>
    /// <exception cref="StartupFailureException">One cannot be started.</exception>
    public async Task StartAsync()
    {
        _loops.Add(_supervisor.RunAsync("worker connections", AcceptAsync, _stop.Token));
        foreach (var worker in _workers)
        {
            _loops.Add(_supervisor.RunAsync($"worker {worker.Index}", worker.RunAsync, _stop.Token));
        }

        _lastBeat = _services.Time.GetTimestamp();
        _loops.Add(_supervisor.RunAsync("worker heartbeats", BeatAsync, _stop.Token));
        // The first failure is told at once; waiting for the others would hide it.
        var starting = _workers.Select(ReadyAsync).ToList();
        while (starting.Count > 0)
        {
            var ready = await Task.WhenAny(starting);
            await ready;
            starting.Remove(ready);
        }
    }

    // Its own task, completed in the context of whoever starts the pool; the worker's is completed from inside its loop.
    private static async Task ReadyAsync(PooledWorker worker) => await worker.FirstReady;

    public IInvocationTarget? Of(in Lease lease) =>
        lease.Worker.Generation == lease.Generation ? _workers[lease.Worker.Index].Session : null;

    public void Forget(FunctionVersion function)
    {
        foreach (var worker in _workers)
        {
            worker.Session?.Release(function.Handle);
        }
    }

    /// <summary>
    /// Takes nothing new and lets finish what runs or waits, for as long as the options allow; workers that crash meanwhile are still
    /// replaced, since those who wait were promised one. Then the workers are told that nothing more comes.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _services.Time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), patience, _options.DrainTimeout, Timeout.InfiniteTimeSpan);
        await _scheduler.DrainAsync(patience.Token);
        foreach (var worker in _workers)
        {
            worker.Drain();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        foreach (var worker in _workers)
        {
            worker.Stop();
        }

        await Task.WhenAll(_loops);
        await _listener.DisposeAsync();
        foreach (var burst in _bursts)
        {
            await burst.DisposeAsync();
        }

        _stop.Dispose();
    }

    // Out of descriptors or of memory: that worker ends and is started again, maybe when there are some.
    private async Task AcceptAsync(CancellationToken stopping)
    {
        var connection = await _listener.AcceptAsync(stopping);
        _ = IntroduceAsync(new FrameConnection(connection));
    }

    private async Task IntroduceAsync(FrameConnection frames)
    {
        try
        {
            var reading = frames.ReadFirstAsync(_stop.Token);
            var frame = await reading.WaitAsync(s_helloTimeout, _services.Time, _stop.Token);
            if (frame is not { Header.Type: FrameType.Hello })
            {
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, "the first frame is no Hello");
            }

            var hello = WorkerHello.Read(frame.Value.Payload);
            if (!Array.Exists(_workers, worker => worker.TryAccept(frames, hello)))
            {
                throw new ProtocolViolationException(ProtocolError.BadToken, $"worker {hello.WorkerIndex}, pid {hello.ProcessId}");
            }
        }
#pragma warning disable CA1031 // Nobody waits for it: whatever it is, this connection is over and the log says why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_stop.IsCancellationRequested)
            {
                WorkersLog.ConnectionRefused(_services.Logger, exception.Message);
            }

            frames.Dispose();
        }
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        await Task.Delay(_options.HeartbeatInterval, _services.Time, stopping);

        // After a time in which this process did not run, answers wait to be read: nobody is judged before they were.
        var isOnTime = _services.Time.GetElapsedTime(_lastBeat) < _options.HeartbeatInterval * 2;
        _lastBeat = _services.Time.GetTimestamp();
        _nonce++;
        foreach (var worker in _workers)
        {
            worker.Beat(_nonce, isOnTime);
        }

        _scheduler.EndLongWaits(_options.QueueTimeout);
    }
}
