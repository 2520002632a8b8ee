using System.Buffers;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Protocol.Tests.Messages;

public sealed class GoldenVectorTests
{
    public static TheoryData<string> VectorNames => [.. Vectors.Names];

    [Fact]
    public void Vectors_AllFrameTypes_EachHasOne()
    {
        Assert.Equal(MessageSamples.All.Keys.Order(StringComparer.Ordinal), Vectors.Names);
        Assert.Equal(Enum.GetValues<FrameType>().Order(), Vectors.Names.Select(name => Vectors.Frame(name).Header.Type).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Document_EveryVector_IsPrintedInIt(string name) =>
        Assert.Contains(Vectors.Text(name), Vectors.Document, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Write_ValuesOfTheVector_ItsBytes(string name)
    {
        var buffer = new FrameBuffer();
        MessageSamples.All[name].Write(buffer);

        Assert.Equal(Convert.ToHexString(Vectors.Bytes(name)), Convert.ToHexString(buffer.WrittenMemory.Span));
    }

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Read_OneByteSegments_SameAsContiguous(string name)
    {
        var payload = Vectors.Frame(name).Payload;

        Assert.Equal(MessageSamples.All[name].Read(payload), MessageSamples.All[name].Read(Segments.OneByteEach(payload.ToArray())));
    }

    [Fact]
    public void Read_HelloWorker_ItsValues()
    {
        var hello = WorkerHello.Read(Vectors.Frame("hello-worker").Payload);

        Assert.Equal((2u, 4242u, (ushort)8), (hello.WorkerIndex, hello.ProcessId, hello.Slots));
        Assert.Equal(
            BackendCapabilities.Deadline | BackendCapabilities.MemoryLimit | BackendCapabilities.PooledInstances | BackendCapabilities.Precompiled,
            hello.Capabilities);
        Assert.Equal(("wasmtime", "wasmtime 50.0.1"), (hello.Backend, hello.BackendVersion));
        Assert.Equal(MessageSamples.Token, hello.Token.ToArray());
    }

    [Fact]
    public void Read_HelloSupervisor_ItsValues() =>
        Assert.Equal(262_144u, SupervisorHello.Read(Vectors.Frame("hello-supervisor").Payload).WindowBytes);

    [Fact]
    public void Read_Prepare_ItsValues()
    {
        var message = PrepareMessage.Read(Vectors.Frame("prepare").Payload);
        var expected = MessageSamples.Prepare;

        Assert.Equal(expected.Environment, message.Environment);
        Assert.Equal(expected.Options, message.Options);
        Assert.Equal(expected, message with { Environment = expected.Environment, Options = expected.Options });
    }

    [Fact]
    public void Read_Invoke_ItsValues()
    {
        var frame = Vectors.Frame("invoke");
        var message = InvokeMessage.Read(frame.Payload);

        Assert.Equal((FrameFlags.EndOfInput, MessageSamples.Id), (frame.Header.Flags, frame.Header.InvocationId));
        Assert.Equal((7u, 0u, 1, 1), (message.Handle, message.TimeoutMilliseconds, message.ArgumentCount, message.EnvironmentCount));
        Assert.Equal(MessageSamples.Strings("-v", "QUERY_STRING=a=1"), message.Strings.ToArray());
        Assert.Equal("ping"u8, message.Input.ToArray());
    }

    [Fact]
    public void Read_Completed_ItsValues()
    {
        var message = CompletedMessage.Read(Vectors.Frame("completed").Payload);

        Assert.Equal((InvocationStatus.FunctionFailed, StartKind.Cached, -3), (message.Status, message.Start, message.ExitCode));
        Assert.Equal(
            (1_000_000_000UL, 250_000UL, 4_800UL, 131_072UL),
            (message.StartedAt, message.LoadNanoseconds, message.RunNanoseconds, message.PeakMemoryBytes));
        Assert.Equal("exit code -3", Encoding.UTF8.GetString(message.Message));
    }

    [Fact]
    public void Read_Pong_ItsValues() =>
        Assert.Equal(new PongMessage(1, 3, 10_000, 2, 90_000, 5, 20_971_520), PongMessage.Read(Vectors.Frame("pong").Payload));

    [Fact]
    public void Read_NumbersAlone_TheirValues()
    {
        Assert.Equal(7u, SessionMessages.ReadRelease(Vectors.Frame("release").Payload));
        Assert.Equal(1UL, SessionMessages.ReadPing(Vectors.Frame("ping").Payload));
        Assert.Equal(131_072u, WindowMessage.Read(Vectors.Frame("window").Payload).Bytes);
    }
}
