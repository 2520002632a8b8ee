using Faas.Protocol.Transport;

namespace Faas.Protocol.Tests.Transport;

public sealed class InMemoryFrameConnectionTests : FrameConnectionConformance
{
    public override ValueTask InitializeAsync()
    {
        (SupervisorEnd, WorkerEnd) = InMemoryTransport.CreatePair();
        return ValueTask.CompletedTask;
    }
}
