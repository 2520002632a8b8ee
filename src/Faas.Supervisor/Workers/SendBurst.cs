using Faas.Protocol.Transport;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.Workers;

/// <summary>
/// Frames staged by one sockets' thread while it serves what one wait gave it leave together at the end of that: one
/// system call and one wake-up for each worker instead of one for each invocation. .NET does not tell where the events
/// of one wait end, so the thread sends itself a byte: the kernel queues readiness in order, hence the byte comes after
/// every request that had arrived when it was sent.
/// </summary>
/// <remarks>One for each sockets' thread; other threads have none and send at once.</remarks>
internal sealed class SendBurst : IAsyncDisposable
{
    [ThreadStatic]
    private static SendBurst? t_own;

    private readonly Doorbell _bell;

    // The lock is for the day when .NET completes the bell's receive elsewhere; taken a few times a burst, never contended.
    private readonly Lock _gate = new();
    private List<WorkerSession> _waiting = [];
    private List<WorkerSession> _ending = [];
    private readonly Task _listening;

    private SendBurst(Doorbell bell, LoopSupervisor supervisor, CancellationToken stopping)
    {
        _bell = bell;
        _listening = supervisor.RunAsync("bursts", ListenAsync, stopping);
        // The answer to the first ring comes on the thread that this burst belongs to, which is how it is known.
        _bell.TryRing();
    }

    /// <summary>One for each sockets' thread: .NET hands sockets to its threads in turn. None where requests run on the thread pool.</summary>
    public static IReadOnlyList<SendBurst> Start(LoopSupervisor supervisor, CancellationToken stopping) =>
        InlineScheduling.IsOn ? [.. Enumerable.Range(0, InlineScheduling.Threads).Select(_ => new SendBurst(Doorbell.Create(), supervisor, stopping))] : [];

    /// <summary>Has <paramref name="session"/> flushed at the end of what the calling thread is serving.</summary>
    /// <returns>False when the calling thread has no such end: the caller flushes.</returns>
    public static bool TryDefer(WorkerSession session)
    {
        if (t_own is not { } own)
        {
            return false;
        }

        lock (own._gate)
        {
            if (own._waiting.Count == 0 && !own._bell.TryRing())
            {
                return false; // The supervisor is ending.
            }

            own._waiting.Add(session);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _bell.Dispose();
        await _listening;
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (await _bell.WaitAsync())
        {
            t_own = this;
            lock (_gate)
            {
                (_waiting, _ending) = (_ending, _waiting);
            }

            foreach (var session in _ending)
            {
                session.EndDeferral();
            }

            _ending.Clear();
        }

        stopping.ThrowIfCancellationRequested();
        throw new IOException("the bell of a sockets' thread is gone");
    }
}
