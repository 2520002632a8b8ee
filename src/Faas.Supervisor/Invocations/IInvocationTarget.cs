using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Supervisor.Invocations;

/// <summary>
/// What an invocation can be sent to, in practice the session with a worker. From <see cref="SendStatus.Sent"/> on it owns the
/// invocation beside the caller, until the end that it then sees to. All members: any thread.
/// </summary>
internal interface IInvocationTarget
{
    /// <summary>Number of the worker, for receipts and metrics.</summary>
    int WorkerIndex { get; }

    /// <summary>The engine for modules.</summary>
    string Backend { get; }

    /// <summary>Sends an invocation; its end is certain then: by a result, or by the loss of the target.</summary>
    /// <exception cref="InvalidOperationException">It does not fit into a frame; nothing was sent.</exception>
    SendStatus TrySend(Invocation invocation);

    /// <summary>Makes a function known.</summary>
    void Prepare(PrepareMessage message);

    /// <summary>Asks for the end of an invocation; nothing happens when it is not under way here.</summary>
    /// <param name="id">As sent.</param>
    void Cancel(ulong id);

    /// <summary>Sends one more piece of input; nothing happens when the invocation is not under way here.</summary>
    void SendInput(ulong id, ReadOnlySpan<byte> bytes, FrameFlags flags);

    /// <summary>Allows that many bytes of output more; nothing happens when the invocation is not under way here.</summary>
    void Grant(ulong id, uint bytes);

    /// <summary>Sends what is staged.</summary>
    void Flush();
}
