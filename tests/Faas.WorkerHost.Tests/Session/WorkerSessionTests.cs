using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Runtimes;

namespace Faas.WorkerHost.Tests.Session;

public sealed class WorkerSessionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invoke_Input_ComesBackAndItEndsWell(bool runsOnSlotThread)
    {
        await using var worker = new SessionFixture(runsOnSlotThread: runsOnSlotThread);
        var echo = worker.Prepare(Guests.Echo);
        worker.Invoke(1, echo, "hello"u8);

        Assert.Equal((InvocationStatus.Ok, StartKind.Cached), await StatusAndStart(worker, 1));
        Assert.Equal("hello"u8, worker.OutputSoFar(1));

        worker.Invoke(2, echo, "again"u8);
        Assert.Equal((InvocationStatus.Ok, StartKind.Warm), await StatusAndStart(worker, 2));
    }

    [Fact]
    public async Task Invoke_GuestWithExitCode_CodeAndMessageAreAnswered()
    {
        await using var worker = new SessionFixture();
        var handle = worker.Prepare(_ => new InvocationResult(InvocationStatus.FunctionFailed, -3, "exit code -3"));
        worker.Invoke(1, handle);

        Assert.Equal(new SessionFixture.Ending(InvocationStatus.FunctionFailed, StartKind.Cached, -3, "exit code -3"), await worker.End(1));
    }

    [Fact]
    public async Task Invoke_BatchOfQuickOnes_IsAnsweredWithOneWrite()
    {
        const int batch = 8;
        await using var worker = new SessionFixture(slots: batch);
        var echo = worker.Prepare(Guests.Echo);
        worker.Invoke(1, echo);
        await worker.End(1);

        // The monitor may send in between when the machine is busy: some batch goes out whole.
        ulong id = 1;
        var least = int.MaxValue;
        for (var attempt = 0; attempt < 500 && least > 1; attempt++)
        {
            var before = worker.Writes.Count;
            worker.Send([.. Enumerable.Range(0, batch).Select(_ =>
            {
                var own = ++id;
                return (Action<FrameBuffer>)(buffer => SessionFixture.WriteInvoke(buffer, own, echo, "x"u8.ToArray()));
            })]);
            for (var own = id - batch + 1; own <= id; own++)
            {
                await worker.End(own);
            }

            least = Math.Min(least, worker.Writes.Count - before);
        }

        Assert.Equal(1, least);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invoke_GuestBlocks_ReadingAndNeighboursGoOn(bool runsOnSlotThread)
    {
        await using var worker = new SessionFixture(slots: 2, runsOnSlotThread: runsOnSlotThread);
        var block = worker.Prepare(Guests.Block);
        var echo = worker.Prepare(Guests.Echo);
        worker.Invoke(1, block);
        worker.Invoke(2, echo, "neighbour"u8);

        Assert.Equal(InvocationStatus.Ok, (await worker.End(2)).Status);
        Assert.Equal(1UL, (await worker.Ping(7)).Running);
        worker.Cancel(1);
        Assert.Equal(InvocationStatus.Cancelled, (await worker.End(1)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invoke_EverySlotBlocked_PingsAndCancellationsAreStillRead(bool runsOnSlotThread)
    {
        const int slots = 3;
        await using var worker = new SessionFixture(slots, runsOnSlotThread);
        using var allRun = new CountdownEvent(slots);
        var block = worker.Prepare(invocation =>
        {
            allRun.Signal();
            return Guests.Block(invocation);
        });
        for (ulong id = 1; id <= slots; id++)
        {
            worker.Invoke(id, block);
        }

        await SessionFixture.Within(Task.Run(allRun.Wait, TestContext.Current.CancellationToken), "every guest runs");
        Assert.Equal((ulong)slots, (await worker.Ping(1)).Running);
        for (ulong id = slots; id >= 1; id--)
        {
            worker.Cancel(id);
            Assert.Equal(InvocationStatus.Cancelled, (await worker.End(id)).Status);
        }

        Assert.Equal(0UL, (await worker.Ping(2)).Running);
    }

    [Fact]
    public async Task Input_LargerThanTheWindow_IsGrantedAsItIsRead()
    {
        await using var worker = new SessionFixture();
        var input = new byte[20_000];
        new Random(1).NextBytes(input);
        worker.Invoke(1, worker.Prepare(Guests.Count), input.AsSpan(0, 300), FrameFlags.None);
        var sent = 300;
        var window = SessionFixture.WindowBytes;
        while (sent < input.Length)
        {
            if (sent == window)
            {
                window = SessionFixture.WindowBytes + await worker.Granted(1, window - SessionFixture.WindowBytes + 1);
            }

            var count = Math.Min(Math.Min(450, window - sent), input.Length - sent);
            var last = sent + count == input.Length;
            worker.Input(1, input[sent..(sent + count)], last ? FrameFlags.EndOfInput : FrameFlags.None);
            sent += count;
        }

        var end = await worker.End(1);
        Assert.Equal(InvocationStatus.Ok, end.Status);
        Assert.Equal($"{input.Length} {input.Sum(value => value)}", end.Message);
    }

    [Fact]
    public async Task Input_EndOfInputInAFrameOfItsOwn_EndsTheGuest()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Count), "abc"u8, FrameFlags.None);
        worker.Input(1, [], FrameFlags.EndOfInput);

        Assert.StartsWith("3 ", (await worker.End(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_LargerThanTheWindow_WaitsForGrants()
    {
        await using var worker = new SessionFixture();
        var output = new byte[(SessionFixture.WindowBytes * 3) + 17];
        new Random(2).NextBytes(output);
        var handle = worker.Prepare(invocation =>
            new InvocationResult(invocation.WriteOutput(output) ? InvocationStatus.Ok : InvocationStatus.InternalError));
        worker.Invoke(1, handle);
        for (var window = SessionFixture.WindowBytes; window < output.Length; window += 900)
        {
            await worker.Output(1, window);
            await worker.Ping((ulong)window);
            Assert.Equal(window, worker.OutputSoFar(1).Length);
            worker.Window(1, 900);
        }

        Assert.Equal(InvocationStatus.Ok, (await worker.End(1)).Status);
        Assert.Equal(output, worker.OutputSoFar(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(299)]
    [InlineData(300)]
    [InlineData(999)]
    public async Task Output_OverTheLimit_IsCutOffThere(int limit)
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Flood, limits: InvocationLimits.Default with { OutputBytes = limit }));

        Assert.Equal(InvocationStatus.OutputLimit, (await worker.End(1)).Status);
        Assert.Equal(limit, worker.OutputSoFar(1).Length);
    }

    [Fact]
    public async Task Cancel_InTheBatchOfItsInvoke_TheGuestNeverStarts()
    {
        await using var worker = new SessionFixture();
        var started = false;
        var handle = worker.Prepare(_ =>
        {
            started = true;
            return InvocationResult.Success;
        });
        worker.Send(buffer => SessionFixture.WriteInvoke(buffer, 1, handle, []), buffer => SessionMessages.WriteCancel(buffer, 1));

        Assert.Equal(InvocationStatus.Cancelled, (await worker.End(1)).Status);
        Assert.False(started);
    }

    [Fact]
    public async Task Cancel_GuestWaitsForInput_Cancelled()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Echo), "abc"u8, FrameFlags.None);
        await worker.Output(1, 3);
        worker.Cancel(1);

        Assert.Equal(InvocationStatus.Cancelled, (await worker.End(1)).Status);
    }

    [Fact]
    public async Task Cancel_GuestWaitsForTheOutputWindow_Cancelled()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Flood));
        await worker.Output(1, SessionFixture.WindowBytes);
        worker.Cancel(1);

        Assert.Equal(InvocationStatus.Cancelled, (await worker.End(1)).Status);
        Assert.Equal(SessionFixture.WindowBytes, worker.OutputSoFar(1).Length);
    }

    [Fact]
    public async Task Cancel_InvocationHasEnded_IsIgnoredAndTheNextOneRuns()
    {
        await using var worker = new SessionFixture(slots: 1);
        var echo = worker.Prepare(Guests.Echo);
        worker.Invoke(1, echo);
        await worker.End(1);
        worker.Send(
            buffer => SessionFixture.WriteInvoke(buffer, 2, echo, "x"u8.ToArray()),
            buffer => SessionMessages.WriteCancel(buffer, 1),
            buffer => new WindowMessage(5).Write(buffer, 1),
            buffer => StreamChunk.Write(buffer, FrameType.Input, FrameFlags.None, 1, "late"u8));

        Assert.Equal(InvocationStatus.Ok, (await worker.End(2)).Status);
        Assert.Equal("x"u8, worker.OutputSoFar(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deadline_GuestWaitsForInputOrOutside_Timeout(bool forInput)
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(forInput ? Guests.Echo : Guests.Block), "abc"u8, FrameFlags.None, timeoutMilliseconds: 1);

        Assert.Equal(InvocationStatus.Timeout, (await worker.End(1)).Status);
    }

    [Fact]
    public async Task Deadline_GuestWaitsForTheOutputWindow_Timeout()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, worker.Prepare(Guests.Flood), timeoutMilliseconds: 1);

        Assert.Equal(InvocationStatus.Timeout, (await worker.End(1)).Status);
    }

    [Fact]
    public async Task Invoke_ModuleCannotBeLoaded_ItsStatusEachTime()
    {
        await using var worker = new SessionFixture();
        var handle = worker.Prepare(guest: null);
        for (ulong id = 1; id <= 2; id++)
        {
            worker.Invoke(id, handle);
            var end = await worker.End(id);
            Assert.Equal((InvocationStatus.RuntimeMissing, "no such guest"), (end.Status, end.Message));
        }
    }

    [Fact]
    public async Task Invoke_BackendThrows_InternalErrorAndNoExceptionText()
    {
        await using var worker = new SessionFixture();
        var handle = worker.Prepare(_ => throw new InvalidOperationException("secret"));
        worker.Invoke(1, handle);

        var end = await worker.End(1);
        Assert.Equal(InvocationStatus.InternalError, end.Status);
        Assert.DoesNotContain("secret", end.Message, StringComparison.Ordinal);
        worker.Invoke(2, worker.Prepare(Guests.Echo));
        Assert.Equal(InvocationStatus.Ok, (await worker.End(2)).Status);
    }

    [Fact]
    public async Task Invoke_MessageOfAnyLength_IsCutOffAndTheSlotLives()
    {
        await using var worker = new SessionFixture(slots: 1);
        var handle = worker.Prepare(_ => new InvocationResult(InvocationStatus.FunctionFailed, 1, new string('x', 3 << 20)));
        worker.Invoke(1, handle);

        Assert.Equal(CompletedMessage.MaxMessageBytes, (await worker.End(1)).Message.Length);
        worker.Invoke(2, handle);
        await worker.End(2);
    }

    [Fact]
    public async Task Invoke_UnknownHandle_InternalError()
    {
        await using var worker = new SessionFixture();
        worker.Invoke(1, 99);

        Assert.Equal(InvocationStatus.InternalError, (await worker.End(1)).Status);
    }

    [Fact]
    public async Task Release_WhileItRuns_UnloadsAfterItsEnd()
    {
        await using var worker = new SessionFixture();
        using var runs = new ManualResetEventSlim();
        var handle = worker.Prepare(invocation =>
        {
            runs.Set();
            return Guests.Block(invocation);
        });
        worker.Invoke(1, handle);
        await SessionFixture.Within(Task.Run(runs.Wait, TestContext.Current.CancellationToken), "the guest runs");
        worker.Send(buffer => SessionMessages.WriteRelease(buffer, handle));
        Assert.Equal(1UL, (await worker.Ping(1)).ModulesLoaded);
        Assert.Empty(worker.Backend.Unloaded);

        worker.Cancel(1);
        await worker.End(1);
        Assert.Equal(0UL, (await worker.Ping(2)).ModulesLoaded);
        Assert.Equal(["guest-1"], worker.Backend.Unloaded);
        worker.Invoke(2, handle);
        Assert.Equal(InvocationStatus.InternalError, (await worker.End(2)).Status);
    }

    [Fact]
    public async Task Release_ThenPrepareAgain_Runs()
    {
        await using var worker = new SessionFixture();
        var handle = worker.Prepare(Guests.Echo);
        worker.Send(buffer => SessionMessages.WriteRelease(buffer, handle), buffer => SessionFixture.Message(handle).Write(buffer));
        worker.Invoke(1, handle);

        Assert.Equal(InvocationStatus.Ok, (await worker.End(1)).Status);
    }

    [Fact]
    public async Task Drain_NewInvocations_ShuttingDownAndTheOldFinish()
    {
        await using var worker = new SessionFixture();
        var echo = worker.Prepare(Guests.Echo);
        worker.Invoke(1, echo, "a"u8, FrameFlags.None);
        await worker.Output(1, 1);
        worker.Send(SessionMessages.WriteDrain);
        worker.Invoke(2, echo);
        Assert.Equal(InvocationStatus.ShuttingDown, (await worker.End(2)).Status);

        worker.Input(1, "b"u8.ToArray(), FrameFlags.EndOfInput);
        Assert.Equal(InvocationStatus.Ok, (await worker.End(1)).Status);
        Assert.Equal("ab"u8, worker.OutputSoFar(1));
    }

    [Fact]
    public async Task Close_BetweenFrames_EndsTheSessionCleanly()
    {
        await using var worker = new SessionFixture();
        await worker.Ping(1);
        worker.Close();

        Assert.Null(await worker.EndOfSession());
    }

    [Fact]
    public async Task Invoke_TenThousand_ThePoolStaysWithinTheThreads()
    {
        const int slots = 8;
        const int rounds = 10_000 / slots;
        await using var worker = new SessionFixture(slots);
        var echo = worker.Prepare(Guests.Echo);
        for (var round = 0; round < rounds; round++)
        {
            var first = (ulong)((round * slots) + 1);
            worker.Send([.. Enumerable.Range(0, slots).Select(index =>
                (Action<FrameBuffer>)(buffer => SessionFixture.WriteInvoke(buffer, first + (ulong)index, echo, "x"u8.ToArray())))]);
            await worker.Ends((round + 1) * slots);
        }

        var figures = await worker.Ping(1);
        Assert.Equal((0UL, (ulong)(rounds * slots), 1UL), (figures.Running, figures.Invocations, figures.ModuleLoads));
        Assert.InRange(worker.Session.IdleInvocations, 1, slots + 1);
    }

    private static async Task<(InvocationStatus Status, StartKind Start)> StatusAndStart(SessionFixture worker, ulong id)
    {
        var end = await worker.End(id);
        return (end.Status, end.Start);
    }
}
