using Faas.Cgroups;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Workers;

/// <summary>The worker processes: started before anybody asks, watched, replaced, and ended with the supervisor.</summary>
internal sealed class WorkerPool : IAsyncDisposable
{
    // A process that connects and does not introduce itself is none of ours.
    private static readonly TimeSpan s_helloTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(100);

    private readonly SupervisorOptions _options;
    private readonly Scheduler _scheduler;
    private readonly ILogger _logger;
    private readonly ITransportListener _listener;
    private readonly SpawnerThread _spawner = new();
    private readonly IReadOnlyList<SendBurst> _bursts = SendBurst.Start();
    private readonly PooledWorker[] _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private int _disposed;

    /// <exception cref="StartupFailureException">The socket cannot be opened.</exception>
    public WorkerPool(SupervisorOptions options, Scheduler scheduler, ILogger<WorkerPool> logger, CgroupTree? groups)
    {
        _options = options;
        _scheduler = scheduler;
        _logger = logger;
        try
        {
            _listener = TransportCatalog.Get(options.Transport).Listen(Path.Combine(options.RuntimeDirectory, RuntimeDirectory.SocketName));
        }
        catch (IOException exception)
        {
            throw new StartupFailureException(exception.Message, "choose another folder with --runtime-dir DIR", innerException: exception);
        }

        var launch = new WorkerLaunch(options, _spawner, _listener.Address, groups);
        _workers = [.. Enumerable.Range(0, options.Workers).Select(index => new PooledWorker(index, options, launch, scheduler, logger))];
    }

    public IReadOnlyList<PooledWorker> Workers => _workers;

    public string Address => _listener.Address;

    /// <summary>Starts every worker and returns when all are ready.</summary>
    /// <exception cref="StartupFailureException">One cannot be started.</exception>
    public async Task StartAsync()
    {
        _loops.Add(AcceptLoopAsync());
        foreach (var worker in _workers)
        {
            _loops.Add(worker.RunAsync());
        }

        _loops.Add(HeartbeatLoopAsync());
        // The first failure is told at once; waiting for the others would hide it.
        var starting = _workers.Select(worker => worker.FirstReady).ToList();
        while (starting.Count > 0)
        {
            var ready = await Task.WhenAny(starting);
            await ready;
            starting.Remove(ready);
        }
    }

    /// <summary>The session of the process that a lease is for; null when that process is gone.</summary>
    public WorkerConnection? ConnectionOf(in Lease lease) =>
        lease.Worker.Generation == lease.Generation ? _workers[lease.Worker.Index].Connection : null;

    /// <summary>Tells every worker to forget a function.</summary>
    public void Release(uint handle)
    {
        foreach (var worker in _workers)
        {
            worker.Connection?.Release(handle);
        }
    }

    /// <summary>Lets what runs finish, for as long as the options allow.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in _workers)
        {
            worker.Drain();
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.DrainTimeout);
        await _scheduler.DrainAsync(patience.Token);
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
        _spawner.Dispose();
        foreach (var burst in _bursts)
        {
            await burst.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    var connection = await _listener.AcceptAsync(_stop.Token);
                    _ = IntroduceAsync(new FrameConnection(connection));
                }
                catch (IOException exception)
                {
                    // Out of descriptors or of memory: that worker ends and is started again, maybe when there are some.
                    WorkersLog.ConnectionRefused(_logger, exception.Message);
                    await Task.Delay(s_acceptPause, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The pool is ending.
        }
    }

    private async Task IntroduceAsync(FrameConnection frames)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(s_helloTimeout);
            var frame = await frames.ReadFirstAsync(patience.Token);
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
        catch (Exception exception) when (exception is ProtocolViolationException or OperationCanceledException)
        {
            WorkersLog.ConnectionRefused(_logger, exception.Message);
            frames.Dispose();
        }
    }

    private async Task HeartbeatLoopAsync()
    {
        using var timer = new PeriodicTimer(_options.HeartbeatInterval);
        ulong nonce = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                nonce++;
                foreach (var worker in _workers)
                {
                    worker.Beat(InvocationTimings.Now(), nonce);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The pool is ending.
        }
    }
}
