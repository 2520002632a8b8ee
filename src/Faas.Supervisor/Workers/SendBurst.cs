using System.Net.Sockets;
using System.Runtime.InteropServices;
using Faas.Supervisor.Functions.Interop;
using Faas.Supervisor.Hosting;

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
    private static readonly byte[] s_ring = [1];

    [ThreadStatic]
    private static SendBurst? t_own;

    private readonly Socket _bell;
    private readonly Socket _ear;
    // The lock is for the day when .NET completes the ear's receive elsewhere; taken a few times a burst, never contended.
    private readonly Lock _gate = new();
    private List<WorkerConnection> _waiting = [];
    private List<WorkerConnection> _ending = [];
    private readonly Task _listening;

    private SendBurst(Socket bell, Socket ear)
    {
        _bell = bell;
        _ear = ear;
        _listening = ListenAsync();
        // The answer to the first ring comes on the thread that this burst belongs to, which is how it is known.
        _bell.Send(s_ring);
    }

    /// <summary>One for each sockets' thread: .NET hands sockets to its threads in turn. None where requests run on the thread pool.</summary>
    public static IReadOnlyList<SendBurst> Start() =>
        InlineScheduling.IsOn ? [.. Enumerable.Range(0, InlineScheduling.Threads).Select(_ => Create())] : [];

    /// <summary>Has <paramref name="connection"/> flushed at the end of what the calling thread is serving.</summary>
    /// <returns>False when the calling thread has no such end: the caller flushes.</returns>
    public static bool TryDefer(WorkerConnection connection)
    {
        if (t_own is not { } own)
        {
            return false;
        }

        lock (own._gate)
        {
            if (own._waiting.Count == 0)
            {
                try
                {
                    own._bell.Send(s_ring);
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    // The supervisor is ending.
                    return false;
                }
            }

            own._waiting.Add(connection);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _bell.Dispose();
        _ear.Dispose();
        await _listening;
    }

    private static unsafe SendBurst Create()
    {
        var ends = stackalloc int[2];
        if (PosixNativeMethods.socketpair(
            PosixNativeMethods.AF_UNIX, PosixNativeMethods.SOCK_STREAM | PosixNativeMethods.SOCK_CLOEXEC, 0, ends) != 0)
        {
            throw new IOException($"socketpair: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return new SendBurst(new Socket(new SafeSocketHandle(ends[0], ownsHandle: true)), new Socket(new SafeSocketHandle(ends[1], ownsHandle: true)));
    }

    private async Task ListenAsync()
    {
        var heard = new byte[1];
        try
        {
            while (await _ear.ReceiveAsync(heard) > 0)
            {
                t_own = this;
                lock (_gate)
                {
                    (_waiting, _ending) = (_ending, _waiting);
                }

                foreach (var connection in _ending)
                {
                    connection.EndDeferral();
                }

                _ending.Clear();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The supervisor is ending.
        }
    }
}
