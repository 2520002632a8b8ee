using System.Diagnostics;
using System.Security.Cryptography;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Workers;

/// <summary>
/// One position of the pool: starts a process, serves its session, and when that ends unasked starts the next one.
/// </summary>
internal sealed class PooledWorker(int index, SupervisorOptions options, WorkerLaunch launch, Scheduler scheduler, ILogger logger)
{
    // A worker that has served this long crashed by what it ran, not by how it was started: replaced at once.
    private static readonly TimeSpan s_healthyAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromSeconds(5);

    // A worker interrupts its guests itself; one that is this late does not work any more.
    private static readonly TimeSpan s_deadlineGrace = TimeSpan.FromSeconds(1);

    // An engine without interruption: its process is the only handle. Loading a module may be part of this time.
    private static readonly TimeSpan s_uninterruptibleGrace = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<FrameConnection>? _expected;
    private byte[] _token = [];
    private volatile WorkerConnection? _connection;
    private WorkerHello? _hello;
    private Process? _process;
    private volatile bool _stopping;
    private volatile bool _late;

    public int Index => index;

    public WorkerPhase Phase { get; private set; } = WorkerPhase.Starting;

    /// <summary>Pid of the present process; 0 when there is none.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Processes after the first.</summary>
    public int Restarts { get; private set; }

    /// <summary>The session, while there is one.</summary>
    public WorkerConnection? Connection => _connection;

    /// <summary>Completes when the first process is ready; faults when it cannot be started.</summary>
    public Task FirstReady => _firstReady.Task;

    /// <summary>Takes a connection whose Hello carries this position's token. False: the token is not the expected one.</summary>
    public bool TryAccept(FrameConnection frames, WorkerHello hello)
    {
        var expected = Volatile.Read(ref _expected);
        if (expected is null || hello.WorkerIndex != index || !CryptographicOperations.FixedTimeEquals(_token, hello.Token.Span))
        {
            return false;
        }

        _hello = hello;
        // One time: the next connection with the same token finds nobody waiting.
        return Interlocked.CompareExchange(ref _expected, null, expected) == expected && expected.TrySetResult(frames);
    }

    /// <summary>Keeps the position filled until <see cref="Stop"/>.</summary>
    public async Task RunAsync()
    {
        var failures = 0;
        while (!_stopping)
        {
            var started = InvocationTimings.Now();
            var reason = await RunProcessAsync();
            if (_stopping)
            {
                break;
            }

            Phase = WorkerPhase.Crashed;
            if (!_firstReady.Task.IsCompleted)
            {
                _firstReady.TrySetException(new StartupFailureException($"worker {index} did not start: {reason}", launch.Remedy(reason)));
                break;
            }

            WorkersLog.WorkerEnded(logger, index, ProcessId, reason);
            var lived = TimeSpan.FromTicks((InvocationTimings.Now() - started) / 100);
            // One that was killed for its guest's lateness did nothing wrong either.
            failures = lived > s_healthyAfter || _late ? 0 : failures + 1;
            _late = false;
            if (failures > 1)
            {
                var delay = s_firstBackOff * Math.Pow(2, failures - 2);
                await Task.Delay(delay < s_longestBackOff ? delay : s_longestBackOff);
            }

            Restarts++;
            Phase = WorkerPhase.Starting;
        }

        Phase = WorkerPhase.Stopped;
        launch.RemoveScratch(index);
    }

    /// <summary>Looks after a silent or late worker. Called at each heartbeat.</summary>
    public void Beat(long now, ulong nonce)
    {
        if (_connection is not { } connection)
        {
            return;
        }

        if (now - connection.LastHeard > options.HeartbeatTimeout.Ticks * 100)
        {
            WorkersLog.WorkerSilent(logger, index, ProcessId);
            Kill();
        }
        else if (connection.HasOverdue(now, s_deadlineGrace))
        {
            EndLate();
        }
        else
        {
            connection.SendPing(nonce);
        }
    }

    /// <summary>Asks the worker to start nothing new.</summary>
    public void Drain()
    {
        _stopping = true;
        _connection?.SendDrain();
    }

    /// <summary>Ends the process: its connection is closed, and what does not end by that is killed.</summary>
    public void Stop()
    {
        _stopping = true;
        _connection?.Dispose();
        if (_connection is null)
        {
            Kill();
        }
    }

    private async Task<string> RunProcessAsync()
    {
        _token = RandomNumberGenerator.GetBytes(32);
        var expected = new TaskCompletionSource<FrameConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _expected, expected);
        var lastWords = new LastLines();
        Process process;
        try
        {
            process = await launch.StartAsync(index, Convert.ToHexString(_token));
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"{launch.Program} cannot be started: {exception.Message}";
        }

        using (process)
        {
            _process = process;
            ProcessId = process.Id;
            process.ErrorDataReceived += (_, line) => lastWords.Add(line.Data, text => WorkersLog.WorkerSaid(logger, index, text));
            process.BeginErrorReadLine();
            try
            {
                return await ServeAsync(process, expected.Task, lastWords);
            }
            finally
            {
                _connection = null;
                await EndAsync(process);
                _process = null;
            }
        }
    }

    private async Task<string> ServeAsync(Process process, Task<FrameConnection> connected, LastLines lastWords)
    {
        var ended = process.WaitForExitAsync();
        var first = await Task.WhenAny(connected, ended, Task.Delay(options.WorkerStartTimeout));
        if (first != connected)
        {
            return first == ended
                ? $"exit code {process.ExitCode}{lastWords}"
                : $"no Hello within {options.WorkerStartTimeout.TotalSeconds:0.#} s{lastWords}";
        }

        using var connection = new WorkerConnection(await connected, _hello!);
        if (!_hello!.Capabilities.HasFlag(BackendCapabilities.Deadline))
        {
            connection.WatchDeadlines(s_uninterruptibleGrace, EndLate);
        }

        _connection = connection;
        connection.Accept();
        Phase = WorkerPhase.Ready;
        scheduler.WorkerReady(index, _hello!.Slots, _hello.Backend);
        _firstReady.TrySetResult();
        WorkersLog.WorkerReady(logger, index, process.Id, _hello.BackendVersion);
        try
        {
            await connection.RunAsync(CancellationToken.None);
            return $"the connection closed{lastWords}";
        }
        catch (ProtocolViolationException exception)
        {
            return $"it broke the protocol: {exception.Message}";
        }
        finally
        {
            scheduler.WorkerGone(index);
        }
    }

    // After its session a worker has nothing left to do; one that does not end at once is made to.
    private static async Task EndAsync(Process process)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private void EndLate()
    {
        _late = true;
        WorkersLog.WorkerLate(logger, index, ProcessId);
        Kill();
    }

    private void Kill()
    {
        try
        {
            _process?.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
