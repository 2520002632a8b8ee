using System.Buffers;
using System.Buffers.Binary;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;

namespace Faas.Protocol.Tests.Transport;

/// <summary>
/// What a <see cref="FrameConnection"/> must do over every transport, from both ends: the supervisor's reads and writes
/// asynchronously, the worker's blocks its threads. A transport adds one subclass.
/// </summary>
public abstract class FrameConnectionConformance : IAsyncLifetime
{
    private const int Threads = 4;
    private const int FramesOfAThread = 400;

    public static TheoryData<bool> BothDirections => [true, false];

    protected ITransportConnection SupervisorEnd { get; set; } = null!;

    protected ITransportConnection WorkerEnd { get; set; } = null!;

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        SupervisorEnd.Dispose();
        WorkerEnd.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes an end after what it has written.</summary>
    protected virtual void CloseAfterWrites(ITransportConnection end) => end.Dispose();

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Flush_ManyThreads_EveryFrameWholeAndInItsThreadsOrder(bool toWorker)
    {
        var (sender, receiver) = Connections(toWorker);
        var next = new uint[Threads + 1];
        var damaged = 0;
        var all = new TaskCompletionSource();
        var received = 0;
        var reading = Read(receiver, !toWorker, (in Frame frame) =>
        {
            var thread = (int)frame.Header.InvocationId;
            var payload = frame.Payload.ToArray();
            var number = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            var rest = payload.AsSpan(sizeof(uint));
            if (number != next[thread]++ || payload.Length != LengthOf(thread, number) || rest.ContainsAnyExcept((byte)thread))
            {
                damaged++;
            }

            if (++received == Threads * FramesOfAThread)
            {
                all.SetResult();
            }
        });

        var sending = Enumerable.Range(1, Threads).Select(thread => Patience.OnThread(() =>
        {
            for (uint number = 0; number < FramesOfAThread; number++)
            {
                var payload = new byte[LengthOf(thread, number)];
                payload.AsSpan().Fill((byte)thread);
                BinaryPrimitives.WriteUInt32LittleEndian(payload, number);
                Stage(sender, (ulong)thread, payload);
                Flush(sender, toWorker);
            }
        }));
        await Patience.Wait(Task.WhenAll(sending), "every thread sends its frames");
        await Patience.Wait(all.Task, "every frame arrives");
        Assert.False(HasStaged(sender));
        sender.Dispose();
        receiver.Dispose();
        await Patience.Wait(reading, "the reader ends");
        Assert.Equal(0, damaged);

        static int LengthOf(int thread, uint number) => sizeof(uint) + (int)(number * (uint)thread * 37 % 3000);
    }

    [Fact]
    public async Task Flush_LargestFramesBothWaysAtOnce_ArriveWhole()
    {
        const int frames = 3;
        var (supervisor, worker) = Connections(toWorker: true);
        var payload = new byte[FrameHeader.MaxPayloadBytes];
        new Random(1).NextBytes(payload);
        var readers = new List<Task>();
        var arrivals = new List<Task>();
        foreach (var (connection, isSupervisor) in new[] { (supervisor, true), (worker, false) })
        {
            var all = new TaskCompletionSource();
            var good = 0;
            arrivals.Add(all.Task);
            readers.Add(Read(connection, isSupervisor, (in Frame frame) =>
            {
                if (frame.Payload.ToArray().AsSpan().SequenceEqual(payload) && ++good == frames)
                {
                    all.SetResult();
                }
            }));
        }

        var sending = Task.WhenAll(
            Patience.OnThread(() => SendAll(supervisor, isSupervisor: true)),
            Patience.OnThread(() => SendAll(worker, isSupervisor: false)));
        await Patience.Wait(sending, "both ends send");
        await Patience.Wait(Task.WhenAll(arrivals), "all frames arrive");
        supervisor.Dispose();
        worker.Dispose();
        await Patience.Wait(Task.WhenAll(readers), "the readers end");

        void SendAll(FrameConnection connection, bool isSupervisor)
        {
            for (var i = 0; i < frames; i++)
            {
                Stage(connection, 1, payload);
                Flush(connection, isSupervisor);
            }
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 15)]
    [InlineData(true, 16)]
    [InlineData(true, 30)]
    [InlineData(false, 1)]
    [InlineData(false, 15)]
    [InlineData(false, 16)]
    [InlineData(false, 30)]
    public async Task Read_OtherSideClosesInsideAFrame_TruncatedFrame(bool atSupervisor, int length)
    {
        byte[] bytes = [.. Vectors.Bytes("drain"), .. Vectors.Bytes("invoke")[..length]];
        var other = atSupervisor ? WorkerEnd : SupervisorEnd;
        await other.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
        CloseAfterWrites(other);

        var whole = 0;
        var reading = Read(new FrameConnection(atSupervisor ? SupervisorEnd : WorkerEnd), atSupervisor, (in Frame _) => whole++);
        var exception = await Assert.ThrowsAsync<ProtocolViolationException>(() => Patience.Wait(reading, "the reader ends"));

        Assert.Equal(ProtocolError.TruncatedFrame, exception.Error);
        Assert.Equal(1, whole);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Read_OtherSideClosesBetweenFrames_CleanEnd(bool toWorker)
    {
        var (sender, receiver) = Connections(toWorker);
        await (toWorker ? SupervisorEnd : WorkerEnd).Output.WriteAsync(Vectors.Bytes("drain"), TestContext.Current.CancellationToken);
        CloseAfterWrites(toWorker ? SupervisorEnd : WorkerEnd);

        var whole = 0;
        await Patience.Wait(Read(receiver, !toWorker, (in Frame _) => whole++), "the reader ends");

        Assert.Equal(1, whole);
        Assert.False(receiver.IsClosed);
        sender.Dispose();
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Dispose_FromAnotherThread_EndsTheReadThatWaits(bool atSupervisor)
    {
        var connection = new FrameConnection(atSupervisor ? SupervisorEnd : WorkerEnd);
        // The second frame never comes whole: the reader waits, with bytes that are no error when this side closes.
        var waits = new TaskCompletionSource();
        var reading = Read(connection, atSupervisor, (in Frame _) => waits.SetResult());
        byte[] bytes = [.. Vectors.Bytes("drain"), .. Vectors.Bytes("invoke")[..20]];
        await (atSupervisor ? WorkerEnd : SupervisorEnd).Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await Patience.Wait(waits.Task, "the first frame arrives");

        connection.Dispose();
        await Patience.Wait(reading, "the reader ends");
        Assert.True(connection.IsClosed);
        Assert.False(connection.ReadBatch((in Frame _) => Assert.Fail("a frame after the end")));
        connection.Dispose();
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Flush_ToAClosedPeer_NoticesWithoutThrowing(bool toWorker)
    {
        var (sender, receiver) = Connections(toWorker);
        receiver.Dispose();

        await Patience.Wait(
            Patience.OnThread(() =>
            {
                while (!sender.IsClosed)
                {
                    Stage(sender, 1, new byte[StreamChunk.MaxBytes]);
                    Flush(sender, toWorker);
                }
            }),
            "the sender notices");

        Stage(sender, 1, new byte[10]);
        Flush(sender, toWorker);
        Assert.False(HasStaged(sender));
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Flush_AfterDispose_DropsWithoutThrowing(bool toWorker)
    {
        var (sender, _) = Connections(toWorker);
        sender.Dispose();

        Stage(sender, 1, new byte[10]);
        await sender.FlushAsync();
        sender.Flush();
        Assert.False(HasStaged(sender));
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Dispose_FromAnotherThread_EndsTheFlushThatWaits(bool toWorker)
    {
        var (sender, _) = Connections(toWorker);
        var began = new TaskCompletionSource();
        var flushing = Patience.OnThread(() =>
        {
            for (var i = 0; i < 16; i++)
            {
                Stage(sender, 1, new byte[FrameHeader.MaxPayloadBytes]);
            }

            began.SetResult();
            Flush(sender, toWorker);
        });
        await Patience.Wait(began.Task, "the flush begins");

        sender.Dispose();
        await Patience.Wait(flushing, "the flush ends");
    }

    [Fact]
    public async Task ReadLoop_AFlushFailedBefore_LastFramesOfThePeerAreStillRead()
    {
        await WorkerEnd.Output.WriteAsync(Vectors.Bytes("completed"), TestContext.Current.CancellationToken);
        CloseAfterWrites(WorkerEnd);
        var supervisor = new FrameConnection(SupervisorEnd);
        Stage(supervisor, 1, new byte[10]);
        await supervisor.FlushAsync();
        Stage(supervisor, 1, new byte[10]);
        await supervisor.FlushAsync();

        var frames = 0;
        await Patience.Wait(Read(supervisor, isSupervisor: true, (in Frame _) => frames++), "the reader ends");
        Assert.Equal(1, frames);
    }

    [Fact]
    public async Task ReadFirst_TwoFramesAtOnce_TheSecondIsLeftForTheLoop()
    {
        byte[] bytes = [.. Vectors.Bytes("hello-worker"), .. Vectors.Bytes("pong")];
        await WorkerEnd.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
        CloseAfterWrites(WorkerEnd);
        var supervisor = new FrameConnection(SupervisorEnd);

        var first = await Patience.Wait(supervisor.ReadFirstAsync(TestContext.Current.CancellationToken), "a frame");
        var rest = new List<FrameType>();
        await Patience.Wait(Read(supervisor, isSupervisor: true, (in Frame frame) => rest.Add(frame.Header.Type)), "the reader ends");

        Assert.Equal(FrameType.Hello, first!.Value.Header.Type);
        Assert.Equal(MessageSamplesToken, WorkerHello.Read(first.Value.Payload).Token.ToArray());
        Assert.Equal([FrameType.Pong], rest);
    }

    [Fact]
    public async Task ReadFirst_PeerClosesInstead_Null()
    {
        CloseAfterWrites(WorkerEnd);

        Assert.Null(await Patience.Wait(new FrameConnection(SupervisorEnd).ReadFirstAsync(TestContext.Current.CancellationToken), "an end"));
    }

    [Fact]
    public async Task ReadFirst_PeerClosesInsideIt_TruncatedFrame()
    {
        await WorkerEnd.Output.WriteAsync(Vectors.Bytes("hello-worker").AsMemory(0, 40), TestContext.Current.CancellationToken);
        CloseAfterWrites(WorkerEnd);
        var reading = new FrameConnection(SupervisorEnd).ReadFirstAsync(TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<ProtocolViolationException>(() => Patience.Wait(reading, "an end"));
        Assert.Equal(ProtocolError.TruncatedFrame, exception.Error);
    }

    [Fact]
    public async Task ReadFirst_Cancelled_OperationCanceledException()
    {
        using var cancel = new CancellationTokenSource();
        var reading = new FrameConnection(SupervisorEnd).ReadFirstAsync(cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patience.Wait(reading, "an end"));
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task Read_TheHandlerThrows_ItsExceptionComesOut(bool toWorker)
    {
        var (sender, receiver) = Connections(toWorker);
        var reading = Read(receiver, !toWorker, (in Frame _) => throw new NotSupportedException());
        Stage(sender, 1, new byte[10]);
        Flush(sender, toWorker);

        await Assert.ThrowsAsync<NotSupportedException>(() => Patience.Wait(reading, "the reader ends"));
    }

    [Fact]
    public async Task ReadLoop_AViolationEndsABatch_TheFramesBeforeItAreABatch()
    {
        byte[] bytes = [.. Vectors.Bytes("pong"), .. new byte[FrameHeader.SizeBytes]];
        await WorkerEnd.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
        var (handled, ofWholeBatches) = (0, 0);
        var reading = new FrameConnection(SupervisorEnd).ReadLoopAsync(
            (in Frame _) => handled++, () => ofWholeBatches = handled, CancellationToken.None);

        await Assert.ThrowsAsync<ProtocolViolationException>(() => Patience.Wait(reading, "the reader ends"));
        Assert.Equal((1, 1), (handled, ofWholeBatches));
    }

    private static byte[] MessageSamplesToken => [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    private (FrameConnection Sender, FrameConnection Receiver) Connections(bool toWorker) => toWorker
        ? (new FrameConnection(SupervisorEnd), new FrameConnection(WorkerEnd))
        : (new FrameConnection(WorkerEnd), new FrameConnection(SupervisorEnd));

    private static Task Read(FrameConnection connection, bool isSupervisor, FrameHandler handle) => isSupervisor
        ? connection.ReadLoopAsync(handle, static () => { }, CancellationToken.None)
        : Patience.OnThread(() =>
        {
            while (connection.ReadBatch(handle))
            {
            }
        });

    private static bool HasStaged(FrameConnection connection)
    {
        using var stage = connection.Stage();
        return stage.Buffer.Length > 0;
    }

    private static void Stage(FrameConnection connection, ulong id, byte[] payload)
    {
        using var stage = connection.Stage();
        stage.Buffer.BeginFrame(FrameType.Output, FrameFlags.None, id);
        stage.Buffer.Write(payload);
        stage.Buffer.EndFrame();
    }

    private static void Flush(FrameConnection connection, bool isSupervisor)
    {
        if (isSupervisor)
        {
            connection.FlushAsync().AsTask().GetAwaiter().GetResult();
        }
        else
        {
            connection.Flush();
        }
    }
}
