using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// Asynchronous invocations on disk. What a method returned is durable: it survives <c>kill -9</c> and a power cut. One
/// store a data folder. Any thread.
/// </summary>
internal sealed class AsyncInvocationStore : IAsyncDisposable
{
    private static readonly TimeSpan s_purgeEvery = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly TimeSpan _retention;
    private readonly GroupCommitWriter _writer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _purging;

    private AsyncInvocationStore(string path, AsyncInvocationOptions options, LoopSupervisor loops, TimeProvider time)
    {
        _path = path;
        _time = time;
        _retention = options.Retention;
        var connection = InvocationDatabase.OpenForWriting(path);
        _writer = new GroupCommitWriter(connection, new InvocationTable(connection, options.MaxBytes));
        Reader = new InvocationReader(path);
        _purging = loops.RunAsync("purge of asynchronous invocations", PurgeLaterAsync, _stopping.Token);
    }

    public InvocationReader Reader { get; }

    /// <summary>Transactions so far; fewer than changes when several came at once.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Opens it and settles what a process before this one left running.</summary>
    /// <param name="folder">Exists.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="mayRunTwice">By id of a version: whether one that was interrupted is run again.</param>
    /// <param name="loops">Runs what forgets.</param>
    /// <param name="time">For times and retention.</param>
    /// <param name="logger">For what was found.</param>
    /// <exception cref="StartupFailureException">It cannot be read.</exception>
    public static async Task<AsyncInvocationStore> OpenAsync(
        string folder, AsyncInvocationOptions options, Func<string, bool> mayRunTwice, LoopSupervisor loops, TimeProvider time, ILogger logger)
    {
        var store = new AsyncInvocationStore(Path.Combine(folder, "invocations.db"), options, loops, time);
        try
        {
            var (unknown, queued) = await store.WriteAsync(table => table.Recover(mayRunTwice, store.Now()));
            if (unknown + queued > 0)
            {
                AsyncInvocationsLog.Recovered(logger, unknown, queued);
            }

            return store;
        }
        catch (StorageFailedException exception)
        {
            await store.DisposeAsync();
            throw InvocationDatabase.Unreadable(store._path, exception);
        }
    }

    /// <summary>Queues an invocation.</summary>
    /// <exception cref="AsyncStoreFullException">No room.</exception>
    /// <exception cref="StorageFailedException">The disk; it was not accepted.</exception>
    public async Task<AsyncInvocationId> AcceptAsync(AsyncInvocationDraft draft) =>
        await WriteAsync(table => table.Accept(draft, Now())) ?? throw new AsyncStoreFullException();

    /// <summary>Takes what is due; see <see cref="InvocationTable.Claim"/>.</summary>
    public Task<(List<ClaimedInvocation> Claimed, long? NextDue)> ClaimAsync(int most, Func<string, int?> roomOf) =>
        WriteAsync(table => table.Claim(most, roomOf, Now()));

    /// <summary>Undoes a claim; it is due again after a while.</summary>
    public Task PutBackAsync(ClaimedInvocation invocation, TimeSpan delay) =>
        WriteAsync(table => table.PutBack(invocation, Now() + (long)delay.TotalMilliseconds));

    /// <summary>Records how an attempt ended.</summary>
    public Task<AsyncInvocationState> FinishAsync(ClaimedInvocation invocation, AttemptResult result) =>
        WriteAsync(table => table.Finish(invocation, result, failures => RetryDelay.After(failures, Random.Shared), Now()));

    /// <summary>Calls off one that does not run; false when it runs, has ended or is not there.</summary>
    public Task<bool> CancelAsync(AsyncInvocationId id) => WriteAsync(table => table.Cancel(id, Now()));

    /// <summary>Queues a dead, unknown or cancelled one again; false when it is none of these.</summary>
    public Task<bool> RetryAsync(AsyncInvocationId id) => WriteAsync(table => table.Retry(id, Now()));

    /// <summary>Records an attempt to tell an end.</summary>
    public Task ToldAsync(AsyncInvocationId id, CallbackState state, TimeSpan? delay) =>
        WriteAsync(table => table.Told(id, state, delay is { } wait ? Now() + (long)wait.TotalMilliseconds : null));

    /// <summary>Times that a clock was ahead at are brought to now.</summary>
    public Task ClockWentBackAsync() => WriteAsync(table => table.ClockWentBack(Now()));

    /// <summary>Any change, in one transaction.</summary>
    public Task<T> WriteAsync<T>(Func<InvocationTable, T> work) => _writer.WriteAsync(work);

    /// <summary>Forgets what has ended longer ago than it is kept.</summary>
    public async Task PurgeAsync()
    {
        var endedBy = Now() - (long)_retention.TotalMilliseconds;
        while (await WriteAsync(table => table.Purge(endedBy)))
        {
        }
    }

    /// <summary>May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _purging;
        await _writer.DisposeAsync();
        InvocationDatabase.CloseReaders(_path);
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task PurgeLaterAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(s_purgeEvery, _time, cancellationToken);
        await PurgeAsync();
    }
}
