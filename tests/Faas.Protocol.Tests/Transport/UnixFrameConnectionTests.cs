namespace Faas.Protocol.Tests.Transport;

public sealed class UnixFrameConnectionTests() : ListeningFrameConnectionConformance("unix");
