using System.Buffers;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Protocol.Tests.Transport;

namespace Faas.Protocol.Tests;

/// <summary>The steady state allocates nothing per frame: exact zero, not a small number.</summary>
public sealed class AllocationTests
{
    private const int Frames = 10_000;

    [Fact]
    public void EncodeAndDecode_FramesOfAnInvocation_AllocateNothing()
    {
        var buffer = new FrameBuffer();
        var input = new byte[1000];
        var strings = Messages.MessageSamples.Strings("-v", "QUERY_STRING=a=1");
        Step();

        Assert.Equal(0, AllocatedBy(() =>
        {
            for (var i = 0; i < Frames; i++)
            {
                Step();
            }
        }));

        void Step()
        {
            buffer.Clear();
            InvokeMessage.Write(buffer, 1, FrameFlags.None, new InvokeMessage(7, 0, 1, 1, default, default), strings, input);
            StreamChunk.Write(buffer, FrameType.Input, FrameFlags.EndOfInput, 1, input);
            new WindowMessage(5).Write(buffer, 1);
            new CompletedMessage(InvocationStatus.Ok, StartKind.Warm, 0, 1, 2, 3, 4, default).Write(buffer, 1, "done");
            SessionMessages.WritePing(buffer, 1);
            new PongMessage(1, 2, 3, 4, 5, 6, 7).Write(buffer);
            SessionMessages.WriteCancel(buffer, 1);

            var sequence = new ReadOnlySequence<byte>(buffer.WrittenMemory);
            while (FrameReader.TryRead(ref sequence, FrameHeader.MaxPayloadBytes, out var frame))
            {
                Decode(frame);
            }
        }
    }

    [Fact]
    public void Decode_OneByteSegments_AllocateNothing()
    {
        var whole = Segments.OneByteEach(Vectors.Bytes("invoke"));
        Step();

        Assert.Equal(0, AllocatedBy(() =>
        {
            for (var i = 0; i < Frames; i++)
            {
                Step();
            }
        }));

        void Step()
        {
            var sequence = whole;
            FrameReader.TryRead(ref sequence, FrameHeader.MaxPayloadBytes, out var frame);
            Decode(frame);
        }
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("shm")]
    public async Task FrameConnection_WorkersRoundTrips_AllocateNothingOnItsThread(string name)
    {
        using var path = new SocketPath();
        var transport = TransportCatalog.Get(name);
        await using var listener = transport.Listen(path.Value);
        var accept = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        using var worker = new FrameConnection(transport.Connect(listener.Address));
        using var supervisor = new FrameConnection(await Patience.Wait(accept, "the worker is accepted"));
        var echo = supervisor.ReadLoopAsync(
            (in Frame frame) =>
            {
                using (var stage = supervisor.Stage())
                {
                    SessionMessages.WritePing(stage.Buffer, SessionMessages.ReadPing(frame.Payload));
                }

                supervisor.Flush();
            },
            static () => { },
            CancellationToken.None);

        long allocated = -1;
        await Patience.Wait(
            Patience.OnThread(() =>
            {
                ulong answered = 0;
                FrameHandler handle = (in Frame frame) => answered = SessionMessages.ReadPing(frame.Payload);
                RoundTrips(1, 200);
                allocated = AllocatedBy(() => RoundTrips(201, 2_000));

                void RoundTrips(ulong from, ulong to)
                {
                    for (var nonce = from; nonce <= to; nonce++)
                    {
                        using (var stage = worker.Stage())
                        {
                            SessionMessages.WritePing(stage.Buffer, nonce);
                        }

                        worker.Flush();
                        while (answered != nonce && worker.ReadBatch(handle))
                        {
                        }
                    }
                }
            }),
            "the round trips end");
        worker.Dispose();
        await Patience.Wait(echo, "the supervisor's reader ends");

        Assert.Equal(0, allocated);
    }

    private static void Decode(in Frame frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Invoke:
                InvokeMessage.Read(frame.Payload);
                break;
            case FrameType.Window:
                WindowMessage.Read(frame.Payload);
                break;
            case FrameType.Completed:
                CompletedMessage.Read(frame.Payload);
                break;
            case FrameType.Ping:
                SessionMessages.ReadPing(frame.Payload);
                break;
            case FrameType.Pong:
                PongMessage.Read(frame.Payload);
                break;
            case FrameType.Cancel:
                SessionMessages.ReadEmpty(frame.Payload);
                break;
            default:
                break;
        }
    }

    // What the runtime allocates while it compiles and replaces code is gone after a few rounds; what each frame
    // allocates is in every round.
    private static long AllocatedBy(Action action)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 5 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
