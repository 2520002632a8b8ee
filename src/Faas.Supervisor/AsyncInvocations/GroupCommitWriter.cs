using System.Collections.Concurrent;
using Faas.Supervisor.Functions;
using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// The only writer of the database: one thread that takes all that waits, does it in one transaction, and tells who
/// waits when that is on the disk. A flush then serves everybody who came during the one before it.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    // Keeps one transaction, and with it the time until the first of them is told, within some milliseconds.
    private const int MaxBatch = 512;

    private readonly BlockingCollection<Work> _waiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteConnection _connection;
    private readonly InvocationTable _table;
    private long _commits;
    private int _closed;

    /// <param name="connection">Owned from here.</param>
    /// <param name="table">The statements over it.</param>
    public GroupCommitWriter(SqliteConnection connection, InvocationTable table)
    {
        _connection = connection;
        _table = table;
        new Thread(Run) { IsBackground = true, Name = "async invocations" }.Start();
    }

    /// <summary>Transactions so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Completes when what <paramref name="work"/> did is on the disk.</summary>
    /// <param name="work">May be done again from its beginning when the transaction around it failed.</param>
    /// <exception cref="StorageFailedException">The disk; nothing of it was done.</exception>
    /// <exception cref="ObjectDisposedException">The store was closed.</exception>
    public Task<T> WriteAsync<T>(Func<InvocationTable, T> work)
    {
        var item = new Work<T>(work);
        try
        {
            _waiting.Add(item);
        }
        catch (InvalidOperationException) // Closed, or disposed already.
        {
            throw new ObjectDisposedException(nameof(GroupCommitWriter));
        }

        return item.Task;
    }

    /// <summary>Writes what waits and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _waiting.CompleteAdding();
        }

        await _ended.Task;
        _waiting.Dispose();
    }

    private void Run()
    {
        var batch = new List<Work>(MaxBatch);
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxBatch && _waiting.TryTake(out var next))
            {
                batch.Add(next);
            }

            Commit(batch);
            batch.Clear();
        }

        _table.Dispose();
        _connection.Dispose();
        _ended.SetResult();
    }

    private void Commit(List<Work> batch)
    {
        try
        {
            _table.Begin();
            batch.ForEach(work => work.Do(_table));
            _table.Commit();
            Interlocked.Increment(ref _commits);
            batch.ForEach(work => work.Complete());
        }
#pragma warning disable CA1031 // Whatever it is, those who wait are told, and the thread goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _table.TryRollBack();
            var cause = InvocationDatabase.Translate(exception);
            if (batch.Count > 1 && cause is not StorageFailedException)
            {
                // One of them is at fault: the others are done without it.
                batch.ForEach(work => Commit([work]));
            }
            else
            {
                batch.ForEach(work => work.Fail(cause));
            }
        }
    }

    private abstract class Work
    {
        public abstract void Do(InvocationTable table);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<InvocationTable, T> work) : Work
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _completion.Task;

        public override void Do(InvocationTable table) => _result = work(table);

        public override void Complete() => _completion.SetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
