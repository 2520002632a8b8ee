namespace Faas.Protocol.Tests.Transport;

public sealed class SharedMemoryFrameConnectionTests() : ListeningFrameConnectionConformance("shm");
