using System.Collections.Concurrent;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// Takes what is due from the store and runs it, so many at once. An attempt is on disk as running before a worker has it,
/// and its end is on disk before it is told to anybody: that is all of "exactly once or unknown".
/// </summary>
internal sealed class AsyncInvoker : IAsyncDisposable
{
    // No slot: that is not over in less, and need not be asked more often.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, CancellationTokenSource> _underWay = new();
    private readonly ConcurrentDictionary<string, int> _countByVersion = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncInvocationStore _store;
    private readonly FunctionStore _functions;
    private readonly IFunctionRunner _runner;
    private readonly int _concurrency;
    private readonly LoopSupervisor _loops;
    private readonly ILogger _logger;
    private readonly WakeSignal _wake;
    private readonly RunningTasks _running;
    private Task _claiming = Task.CompletedTask;

    public AsyncInvoker(
        AsyncInvocationStore store, FunctionStore functions, IFunctionRunner runner, int concurrency, LoopSupervisor loops, TimeProvider time, ILogger logger)
    {
        _store = store;
        _functions = functions;
        _runner = runner;
        _concurrency = concurrency;
        _loops = loops;
        _logger = logger;
        _wake = new WakeSignal(time);
        _running = new RunningTasks(_wake.Wake);
    }

    /// <summary>Raised after an end is on disk. On any thread; must not throw.</summary>
    public event Action? Ended;

    /// <summary>Attempts that run now.</summary>
    public int Running => _running.Count;

    /// <summary>Begins; what waits from before runs.</summary>
    public void Start()
    {
        _wake.Wake();
        _claiming = _loops.RunAsync("asynchronous invocations", ClaimAsync, _stopping.Token);
    }

    /// <summary>Something new may be due.</summary>
    public void Wake() => _wake.Wake();

    /// <summary>Begins nothing new; what runs goes on.</summary>
    public void StopClaiming() => _stopping.Cancel();

    /// <summary>Calls one off that runs.</summary>
    /// <returns>False when it does not run.</returns>
    public bool TryCancel(AsyncInvocationId id)
    {
        if (!_underWay.TryGetValue(id.Sequence, out var cancellation))
        {
            return false;
        }

        try
        {
            cancellation.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false; // It has just ended.
        }
    }

    /// <summary>Waits for what runs. After the workers have ended, so that it ends.</summary>
    public async ValueTask DisposeAsync()
    {
        StopClaiming();
        await _claiming;
        await _running.WhenAllAsync();
        _wake.Dispose();
        _stopping.Dispose();
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        await _wake.WaitAsync(cancellationToken);
        try
        {
            await ClaimDueAsync();
        }
        catch
        {
            _wake.Wake(); // What is due is still due.
            throw;
        }
    }

    private async Task ClaimDueAsync()
    {
        while (!_stopping.IsCancellationRequested && _concurrency - Running is > 0 and var free)
        {
            var (claimed, nextDue) = await _store.ClaimAsync(free, RoomOf);
            foreach (var invocation in claimed)
            {
                Begin(invocation);
            }

            if (claimed.Count < free)
            {
                _wake.WakeAt(nextDue);
                return;
            }
        }
    }

    // A function with a limit of its own does not take places here only to wait for itself there.
    private int? RoomOf(string version) =>
        _functions.TryResolve(version, out var function) && function.Concurrency is { } limit
            ? limit - _countByVersion.GetValueOrDefault(version)
            : null;

    private void Begin(ClaimedInvocation invocation)
    {
        _countByVersion.AddOrUpdate(invocation.Version, 1, static (_, count) => count + 1);
        _running.Begin(() => RunAsync(invocation));
    }

    private async Task RunAsync(ClaimedInvocation invocation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var cancellation = new CancellationTokenSource();
        _underWay[invocation.Id.Sequence] = cancellation;
        AttemptResult result;
        try
        {
            result = _functions.TryResolve(invocation.Version, out var function)
                ? await _runner.RunAsync(function, invocation, cancellation.Token)
                : new AttemptResult(AttemptEnd.Ended, ErrorCodes.FunctionNotFound, $"{invocation.Version} was deleted before this ran") { MayRetry = false };
        }
#pragma warning disable CA1031 // A defect here must not leave the invocation running for ever.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AsyncInvocationsLog.Defect(_logger, exception, invocation.Id.ToString());
            result = new AttemptResult(AttemptEnd.Ended, ErrorCodes.InternalError, "the server failed; its log has the cause");
        }

        try
        {
            await RecordAsync(invocation, result);
        }
        finally
        {
            _underWay.TryRemove(invocation.Id.Sequence, out _);
            _countByVersion.AddOrUpdate(invocation.Version, 0, static (_, count) => count - 1);
        }
    }

    private async Task RecordAsync(ClaimedInvocation invocation, AttemptResult result)
    {
        switch (result.End)
        {
            case AttemptEnd.Interrupted:
                return; // Left as running on disk, it is settled by the next start.
            case AttemptEnd.NotBegun:
                await WriteAsync(() => _store.PutBackAsync(invocation, s_pause));
                return;
        }

        var state = AsyncInvocationState.Running;
        await WriteAsync(async () => state = await _store.FinishAsync(invocation, result));
        if (state == AsyncInvocationState.Dead)
        {
            AsyncInvocationsLog.Dead(_logger, invocation.Id.ToString(), invocation.Version, invocation.Attempt, result.Error);
        }

        Ended?.Invoke();
    }

    // While the disk refuses, what happened is kept here and tried again: to forget it would be to lose an end that is known.
    private Task WriteAsync(Func<Task> write) => _loops.RetryAsync("record of asynchronous invocations", write, _stopping.Token);
}
