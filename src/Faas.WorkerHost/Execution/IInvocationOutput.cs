using Faas.Protocol.Framing;

namespace Faas.WorkerHost.Execution;

/// <summary>Where an invocation's bytes go. Called on its slot's thread.</summary>
internal interface IInvocationOutput
{
    /// <summary>Stages one chunk of output.</summary>
    void Send(Invocation invocation, FrameType type, ReadOnlySpan<byte> bytes);

    /// <summary>Tells the sender that input was taken.</summary>
    void GrantInput(Invocation invocation, uint bytes);

    /// <summary>The slot is about to wait for a frame: someone else must read, and what is staged must leave.</summary>
    void BeforeBlocking(Invocation invocation);
}
