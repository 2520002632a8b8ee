namespace Faas.Protocol.Tests.Transport;

public sealed class NamedPipeFrameConnectionTests() : ListeningFrameConnectionConformance("pipe");
