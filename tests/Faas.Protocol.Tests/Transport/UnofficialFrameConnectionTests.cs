using Faas.Protocol.Transport;

namespace Faas.Protocol.Tests.Transport;

public sealed class UnofficialFrameConnectionTests() : ListeningFrameConnectionConformance("unofficial")
{
    // Its pump sends in the background: disposal drops what it has not sent, the writer's completion does not.
    protected override void CloseAfterWrites(ITransportConnection end) => end.Output.Complete();
}
