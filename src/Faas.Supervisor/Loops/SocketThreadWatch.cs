using Faas.Protocol.Transport;

namespace Faas.Supervisor.Loops;

/// <summary>
/// Looks whether the threads that serve the sockets turn: each is sent a byte, which it reads behind everything that came before.
/// One that does not for a second is logged with what is known of it. A thread of its own, so that it needs none of those it watches.
/// </summary>
internal sealed class SocketThreadWatch : IAsyncDisposable
{
    /// <summary>Between two looks; <see cref="SocketThread.Patience"/> of them are the second.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ManualResetEventSlim _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Doorbell[] _bells;
    private readonly SocketThread[] _threads;
    private readonly Task[] _listening;
    private readonly Action _allTurn;
    private readonly ILogger _logger;

    private SocketThreadWatch(Doorbell[] bells, Action allTurn, ILogger logger)
    {
        _bells = bells;
        _threads = [.. bells.Select(bell => new SocketThread(bell.TryRing))];
        _allTurn = allTurn;
        _logger = logger;
        _listening = [.. bells.Zip(_threads, ListenAsync)];
        new Thread(Run) { IsBackground = true, Name = "watch" }.Start();
    }

    /// <summary>How many do not turn.</summary>
    public int Stuck => _threads.Count(thread => thread.IsStuck);

    /// <param name="threads">How many serve the sockets: .NET hands sockets to its threads in turn.</param>
    /// <param name="allTurn">Called on the watch's thread at each look that finds none stuck.</param>
    /// <param name="logger">Told of each that is stuck or turns again.</param>
    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static SocketThreadWatch Start(int threads, Action allTurn, ILogger logger) =>
        new([.. Enumerable.Range(0, threads).Select(_ => Doorbell.Create())], allTurn, logger);

    public async ValueTask DisposeAsync()
    {
        _stopping.Set();
        await _ended.Task;
        Array.ForEach(_bells, bell => bell.Dispose());
        await Task.WhenAll(_listening);
        _stopping.Dispose();
    }

    private static async Task ListenAsync(Doorbell bell, SocketThread thread)
    {
        while (await bell.WaitAsync())
        {
            thread.Answer();
        }
    }

    private void Run()
    {
        while (!_stopping.Wait(Period))
        {
            try
            {
                Look();
            }
#pragma warning disable CA1031 // Whatever it is, the watch goes on: an exception here would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LoopsLog.WatchFailed(_logger, exception);
            }
        }

        _ended.SetResult();
    }

    private void Look()
    {
        foreach (var thread in _threads)
        {
            switch (thread.Look())
            {
                case true:
                    LoopsLog.ThreadStuck(_logger, thread.Describe(), Environment.ProcessId);
                    break;
                case false:
                    LoopsLog.ThreadTurns(_logger, thread.ThreadId);
                    break;
            }
        }

        if (Stuck == 0)
        {
            _allTurn();
        }
    }
}
