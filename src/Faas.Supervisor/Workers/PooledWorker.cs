using System.Security.Cryptography;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Options;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Workers;

/// <summary>
/// One position of the pool: starts a process, serves its session, and when that ends unasked starts the next one. One loop;
/// <see cref="Beat"/> and <see cref="Stop"/> are other threads'.
/// </summary>
internal sealed class PooledWorker
{
    // A worker that has served this long crashed by what it ran, not by how it was started: replaced at once.
    private static readonly TimeSpan s_healthyAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromSeconds(5);

    // A worker interrupts its guests itself; one that is this late does not work any more.
    private static readonly TimeSpan s_deadlineGrace = TimeSpan.FromSeconds(1);

    // An engine without interruption: its process is the only handle. Loading a module may be part of this time.
    private static readonly TimeSpan s_uninterruptibleGrace = TimeSpan.FromMilliseconds(50);

    // After its session a worker has nothing left to do; one that does not end at once is made to.
    private static readonly TimeSpan s_endPatience = TimeSpan.FromMilliseconds(200);

    // A process that SIGKILL does not end within this is stuck in the kernel: its position is filled without it.
    private static readonly TimeSpan s_killPatience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _pauseGate = new();
    private readonly SupervisorOptions _options;
    private readonly IWorkerLauncher _launcher;
    private readonly Scheduler _scheduler;
    private readonly WorkerPoolServices _services;
    private readonly int _unansweredUntilKill;
    private TaskCompletionSource<FrameConnection>? _expected;
    private byte[] _token = [];
    private volatile WorkerSession? _session;
    private WorkerHello? _hello;
    private volatile IWorkerProcess? _process;
    private volatile bool _late;
    private volatile bool _wasKilled;
    private int _lastProcessId;
    private volatile bool _isOverdue;
    private int _generation; // under _pauseGate, as the next one
    private bool _isPaused;

    public PooledWorker(int index, SupervisorOptions options, IWorkerLauncher launcher, Scheduler scheduler, WorkerPoolServices services)
    {
        Index = index;
        _options = options;
        _launcher = launcher;
        _scheduler = scheduler;
        _services = services;
        _unansweredUntilKill = Math.Max(2, (int)(options.HeartbeatTimeout / options.HeartbeatInterval));
    }

    public int Index { get; }

    public WorkerPhase Phase { get; private set; } = WorkerPhase.Starting;

    /// <summary>Pid of the present process; 0 when there is none.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Processes after the first.</summary>
    public int Restarts { get; private set; }

    /// <summary>The session, while there is one.</summary>
    public WorkerSession? Session => _session;

    /// <summary>Completes when the first process is ready; faults when it cannot be started.</summary>
    public Task FirstReady => _firstReady.Task;

    /// <summary>Takes a connection whose Hello carries this position's token. False: the token is not the expected one.</summary>
    public bool TryAccept(FrameConnection frames, WorkerHello hello)
    {
        var expected = Volatile.Read(ref _expected);
        if (expected is null || hello.WorkerIndex != Index || !CryptographicOperations.FixedTimeEquals(_token, hello.Token.Span))
        {
            return false;
        }

        _hello = hello;
        // One time: the next connection with the same token finds nobody waiting.
        return Interlocked.CompareExchange(ref _expected, null, expected) == expected && expected.TrySetResult(frames);
    }

    /// <summary>Keeps the position filled until <paramref name="stopping"/>. Whatever goes wrong with one process, the next one is tried.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var started = _services.Time.GetTimestamp();
            string reason;
            try
            {
                reason = await RunProcessAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // No disk, no descriptor, a folder that somebody removed: the position must not stay empty for it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                reason = exception.Message;
            }

            if (stopping.IsCancellationRequested)
            {
                break;
            }

            Phase = WorkerPhase.Crashed;
            if (!_firstReady.Task.IsCompleted)
            {
                // The start of the server fails with it: there is nothing to try again, only the end to wait for.
                _firstReady.TrySetException(new StartupFailureException($"worker {Index} did not start: {reason}", _launcher.Remedy(reason)));
                await Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                break;
            }

            WorkersLog.WorkerEnded(_services.Logger, Index, _lastProcessId, reason);
            // One that was killed for its guest's lateness did nothing wrong either.
            failures = _services.Time.GetElapsedTime(started) > s_healthyAfter || _late ? 0 : failures + 1;
            _late = false;
            if (failures > 1)
            {
                var delay = s_firstBackOff * Math.Pow(2, Math.Min(failures - 2, 16));
                await Task.Delay(delay < s_longestBackOff ? delay : s_longestBackOff, _services.Time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            Restarts++;
            Phase = WorkerPhase.Starting;
        }

        Phase = WorkerPhase.Stopped;
        TryCleanUp();
    }

    /// <summary>Looks after a silent or late worker. Called at each heartbeat, which does not come while the supervisor itself is stopped.</summary>
    /// <param name="nonce">Of this heartbeat.</param>
    /// <param name="isOnTime">False when the supervisor was stopped since the last one: what the worker said meanwhile is still to be read.</param>
    public void Beat(ulong nonce, bool isOnTime)
    {
        if (_session is not { } session)
        {
            return;
        }

        if (_wasKilled)
        {
            // A heartbeat ago, and the connection is still open: the process is stuck in the kernel, and who waits for it would wait for ever.
            session.Dispose();
            return;
        }

        var unanswered = session.UnansweredPings;
        if (isOnTime && unanswered >= _unansweredUntilKill)
        {
            WorkersLog.WorkerSilent(_services.Logger, Index, ProcessId);
            Kill();
            return;
        }

        // A ping that was not answered within the interval: it gets nothing new until it is heard again.
        PauseIfSilent(session);

        // Seen twice, with an answer to a ping between: after a stop of the supervisor that was shorter than a heartbeat, too, the end of an invocation
        // may be waiting to be read.
        var wasOverdue = _isOverdue;
        _isOverdue = isOnTime && unanswered == 0 && session.HasOverdue(s_deadlineGrace);
        if (wasOverdue && _isOverdue)
        {
            EndLate();
        }
        else
        {
            session.SendPing(nonce);
        }
    }

    /// <summary>Asks the worker to start nothing new.</summary>
    public void Drain() => _session?.SendDrain();

    /// <summary>Ends the process: its connection is closed, and what does not end by that is killed.</summary>
    public void Stop()
    {
        if (_session is { } session)
        {
            session.Dispose();
        }
        else
        {
            _process?.Kill();
        }
    }

    private async Task<string> RunProcessAsync(CancellationToken stopping)
    {
        _token = RandomNumberGenerator.GetBytes(32);
        var expected = new TaskCompletionSource<FrameConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _expected, expected);
        using var process = await _launcher.StartAsync(Index, Convert.ToHexString(_token));
        _wasKilled = _isOverdue = false;
        _process = process;
        _lastProcessId = process.Id;
        try
        {
            return await ServeAsync(process, ArriveAsync(expected.Task), stopping);
        }
        finally
        {
            _session = null;
            Volatile.Write(ref _expected, null);
            if (expected.Task.IsCompletedSuccessfully)
            {
                expected.Task.Result.Dispose();
            }

            await EndAsync(process);
            _process = null;
        }
    }

    // In the context of the loop; the other task is completed by whoever reads the Hello.
    private static async Task<FrameConnection> ArriveAsync(Task<FrameConnection> expected) => await expected;

    private async Task<string> ServeAsync(IWorkerProcess process, Task<FrameConnection> connected, CancellationToken stopping)
    {
        try
        {
            if (await Task.WhenAny(connected, process.Ended).WaitAsync(_options.WorkerStartTimeout, _services.Time, stopping) != connected)
            {
                return $"exit code {await process.Ended}{process.LastWords}";
            }
        }
        catch (TimeoutException)
        {
            return $"no Hello within {_options.WorkerStartTimeout.TotalSeconds:0.#} s{process.LastWords}";
        }

        var hello = _hello!;
        using var session = new WorkerSession(await connected, hello, _services.Numbers, _services.Time) { Heard = ResumeIfPaused };
        if (!hello.Capabilities.HasFlag(BackendCapabilities.Deadline))
        {
            session.WatchDeadlines(s_uninterruptibleGrace, EndLate);
        }

        session.Accept();
        _session = session;
        Phase = WorkerPhase.Ready;
        int generation;
        lock (_pauseGate)
        {
            _isPaused = false;
            generation = _generation = _scheduler.WorkerReady(Index, hello.Slots, hello.Backend);
        }

        _firstReady.TrySetResult();
        WorkersLog.WorkerReady(_services.Logger, Index, process.Id, hello.BackendVersion);
        try
        {
            await session.ReadAsync(CancellationToken.None);
            return $"the connection closed{process.LastWords}";
        }
        catch (ProtocolViolationException exception)
        {
            return $"it broke the protocol: {exception.Message}";
        }
        finally
        {
            // In this order: who is told of a loss finds a scheduler that knows it.
            _scheduler.WorkerGone(Index, generation);
            Phase = WorkerPhase.Crashed;
            session.Detach(_services.Post);
        }
    }

    private async Task EndAsync(IWorkerProcess process)
    {
        try
        {
            await process.Ended.WaitAsync(s_endPatience, _services.Time);
            return;
        }
        catch (TimeoutException)
        {
            process.KillTree();
        }

        try
        {
            await process.Ended.WaitAsync(s_killPatience, _services.Time);
        }
        catch (TimeoutException)
        {
            WorkersLog.WorkerStuck(_services.Logger, Index, process.Id);
        }
    }

    private void PauseIfSilent(WorkerSession session)
    {
        lock (_pauseGate)
        {
            if (session.UnansweredPings > 0 && !_isPaused)
            {
                _isPaused = true;
                Phase = WorkerPhase.Silent;
                _scheduler.WorkerPaused(Index, _generation);
            }
        }
    }

    // On the reading loop, at the first frame after a ping: the scheduler only notes it, and who waited for a slot goes on elsewhere.
    private void ResumeIfPaused()
    {
        lock (_pauseGate)
        {
            if (_isPaused)
            {
                _isPaused = false;
                Phase = WorkerPhase.Ready;
                _scheduler.WorkerResumed(Index, _generation);
            }
        }
    }

    private void EndLate()
    {
        _late = true;
        WorkersLog.WorkerLate(_services.Logger, Index, ProcessId);
        Kill();
    }

    private void Kill()
    {
        _wasKilled = true;
        _process?.Kill();
    }

    private void TryCleanUp()
    {
        try
        {
            _launcher.CleanUp(Index);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WorkersLog.CleanUpFailed(_services.Logger, Index, exception.Message);
        }
    }
}
