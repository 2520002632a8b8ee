using System.Threading.Channels;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Secrets;

namespace Faas.Supervisor.FunctionLogs;

/// <summary>
/// What functions wrote to standard error and how they failed, by name. Recording hands an entry to one writing task and
/// returns; when that falls behind, entries are dropped and counted, never waited for.
/// </summary>
internal sealed class FunctionLogStore : IAsyncDisposable
{
    /// <summary>Half of what a function's log may take on disk: some hundreds of failures with all that is kept of their stderr.</summary>
    public const long DefaultSegmentBytes = 512 * 1024;

    // With 4 KiB of stderr each, 4 MiB at most wait to be written.
    internal const int MaxWaiting = 1024;

    // A follower that reads more slowly than its function writes misses the oldest.
    private const int FollowerLines = 256;

    // Entries are bounded by their number; the rest is as many as there are deletes and readers, and must not be lost.
    private readonly Channel<object> _queue = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Channel<byte[]>>> _followers = new(StringComparer.Ordinal); // under _gate
    private readonly string _root;
    private readonly long _segmentBytes;
    private readonly ILogger _logger;
    private readonly SecretStore? _secrets;
    private readonly Task _writing;
    private (string Name, LogRing Ring)? _open; // under _gate
    private long _dropped;
    private int _waiting;

    public FunctionLogStore(string root, LoopSupervisor loops, ILogger logger, long segmentBytes = DefaultSegmentBytes, SecretStore? secrets = null)
    {
        _secrets = secrets;
        _root = root;
        _logger = logger;
        _segmentBytes = segmentBytes;
        _writing = loops.RunAsync("function logs", WriteAsync, _stopping.Token);
    }

    /// <summary>Any thread; returns at once.</summary>
    public void Record(LogEntry entry)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _dropped);
            return;
        }

        _queue.Writer.TryWrite(entry);
    }

    /// <summary>Removes the log of a name that has no versions any more, after what was recorded before. Never dropped: another function may get the name.</summary>
    public void Forget(string name) => _queue.Writer.TryWrite(name);

    /// <summary>Completes when all that was recorded before can be read.</summary>
    public async Task FlushAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(reached);
        await reached.Task;
    }

    /// <summary>The last lines of a name's log, oldest first, each one JSON object.</summary>
    /// <exception cref="StorageFailedException">The disk.</exception>
    public List<byte[]> ReadTail(string name, int maxLines) => StorageFailedException.Guard("read a function's log", () =>
    {
        lock (_gate)
        {
            return LogRing.ReadTail(FolderOf(name), maxLines);
        }
    });

    /// <summary>The last lines, and a reader of those to come: none between is missing or doubled. End with <see cref="Unfollow"/>.</summary>
    /// <exception cref="StorageFailedException">The disk.</exception>
    public (List<byte[]> Tail, Channel<byte[]> Follower) Follow(string name, int maxLines) => StorageFailedException.Guard("read a function's log", () =>
    {
        var follower = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(FollowerLines) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            var tail = LogRing.ReadTail(FolderOf(name), maxLines);
            if (!_followers.TryGetValue(name, out var followers))
            {
                _followers[name] = followers = [];
            }

            followers.Add(follower);
            return (tail, follower);
        }
    });

    public void Unfollow(string name, Channel<byte[]> follower)
    {
        lock (_gate)
        {
            if (_followers.TryGetValue(name, out var followers) && followers.Remove(follower) && followers.Count == 0)
            {
                _followers.Remove(name);
            }
        }
    }

    /// <summary>Writes what is still waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _writing;
        WriteWaiting();
        _stopping.Dispose();
        lock (_gate)
        {
            _open?.Ring.Dispose();
            _open = null;
        }
    }

    private string FolderOf(string name) => Path.Combine(_root, name);

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            WriteWaiting();
        }
    }

    private void WriteWaiting()
    {
        while (_queue.Reader.TryRead(out var work))
        {
            switch (work)
            {
                case LogEntry entry:
                    Interlocked.Decrement(ref _waiting);
                    Write(entry);
                    break;
                case string name:
                    Remove(name);
                    break;
                case TaskCompletionSource reached:
                    reached.SetResult();
                    break;
            }
        }

        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            FunctionLogsLog.Dropped(_logger, dropped);
        }
    }

    private void Write(LogEntry entry)
    {
        var name = entry.Function.Name;
        var line = LogLine.Format(entry, [.. _secrets?.HiddenFor(entry.Function) ?? []]);
        lock (_gate)
        {
            try
            {
                RingOf(name).Append([.. line, (byte)'\n']);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                FunctionLogsLog.WriteFailed(_logger, name, exception.Message);
                Close();
            }

            if (_followers.TryGetValue(name, out var followers))
            {
                followers.ForEach(follower => follower.Writer.TryWrite(line));
            }
        }
    }

    // One file is kept open: failures come in rows of one function.
    private LogRing RingOf(string name)
    {
        if (_open is not { } open || open.Name != name)
        {
            Close();
            _open = open = (name, new LogRing(FolderOf(name), _segmentBytes));
        }

        return open.Ring;
    }

    private void Close()
    {
        _open?.Ring.Dispose();
        _open = null;
    }

    private void Remove(string name)
    {
        lock (_gate)
        {
            Close();
            try
            {
                Directory.Delete(FolderOf(name), recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // It never had anything to say.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                FunctionLogsLog.WriteFailed(_logger, name, exception.Message);
            }
        }
    }
}
