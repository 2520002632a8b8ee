using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Tests.Invocations;

/// <summary>One invocation at a time; what happens between many of them is the simulation's.</summary>
public sealed class InvocationRunnerTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ScriptedPool _pool = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task RunAsync_GoodAnswer_EndsOnceAndGivesEverythingBack()
    {
        var sink = new RecordingSink();
        var running = RunAsync(await _pool.DeployAsync(), sink);
        var id = await _pool.InvokedAsync();
        _pool.Output(id, "hello");
        _pool.Complete(id);

        Assert.Equal(InvocationEnd.Ok, await running);
        Assert.Equal(("hello", 1, 1), (sink.Text, sink.Ends, _pool.Ends));
        await _pool.AssertNothingHeldAsync();
    }

    // The object must not go back while the guest still runs: its end would meet another's life.
    [Fact]
    public async Task RunAsync_SinkThrowsWhileTheGuestRuns_CancelsWaitsAndThrowsThen()
    {
        var sink = new RecordingSink(OutputDelivery.Streamed) { OnTake = () => throw new IOException("the client is gone") };
        var running = RunAsync(await _pool.DeployAsync(), sink);
        var id = await _pool.InvokedAsync();
        _pool.Output(id, "some");
        await _pool.CancelledAsync(id);
        _pool.Output(id, "more");

        Assert.False(running.IsCompleted);
        Assert.Equal((1, 1), (_pool.Scheduler.Outstanding, _pool.Runner.Places.Taken));
        _pool.Complete(id, InvocationStatus.Cancelled);
        await Assert.ThrowsAsync<IOException>(() => running);
        Assert.Equal((0, 1), (sink.Ends, _pool.Ends));
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_AnswerCannotBeWritten_ThrowsAndGivesEverythingBack()
    {
        var running = RunAsync(await _pool.DeployAsync(), new RecordingSink { OnEnd = () => throw new InvalidOperationException("a header that is none") });
        _pool.Complete(await _pool.InvokedAsync());

        await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_SinkWaitsForASlowReader_HoldsAPlaceAndNoSlotAfterTheEnd()
    {
        var reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(await _pool.DeployAsync(), new RecordingSink(OutputDelivery.Streamed) { OnTake = () => reader.Task });
        var id = await _pool.InvokedAsync();
        _pool.Output(id, "much");
        _pool.Complete(id);
        while (_pool.Scheduler.Outstanding > 0)
        {
            await Task.Delay(10, Token);
        }

        Assert.Equal(1, _pool.Runner.Places.Taken);
        reader.SetResult();
        Assert.Equal(InvocationEnd.Ok, await running);
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_CallerLeaves_WaitsForTheEnd()
    {
        using var caller = new CancellationTokenSource();
        var running = RunAsync(await _pool.DeployAsync(), new RecordingSink(), caller);
        var id = await _pool.InvokedAsync();
        await caller.CancelAsync();
        await _pool.CancelledAsync(id);
        Assert.False(running.IsCompleted);
        _pool.Complete(id, InvocationStatus.Cancelled);

        Assert.Equal(InvocationEnd.Cancelled, await running);
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_CallerHasLeftBefore_AsksForTheEndOfWhatWasSent()
    {
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        var running = RunAsync(await _pool.DeployAsync(), new RecordingSink(), caller);
        var id = await _pool.InvokedAsync();
        await _pool.CancelledAsync(id);
        _pool.Complete(id, InvocationStatus.Cancelled);

        Assert.Equal(InvocationEnd.Cancelled, await running);
        Assert.DoesNotContain(0ul, _pool.Cancelled);
    }

    [Fact]
    public async Task RunAsync_WorkerLost_EndsAndTheSchedulerKnowsItBefore()
    {
        var wasReady = true;
        var running = RunAsync(
            await _pool.DeployAsync(),
            new RecordingSink
            {
                OnEnd = () =>
                {
                    wasReady = _pool.Scheduler.Workers[0].IsReady;
                    return Task.CompletedTask;
                },
            });
        await _pool.InvokedAsync();
        await _pool.LoseAsync();

        Assert.Equal(InvocationEnd.WorkerCrashed, await running);
        Assert.False(wasReady);
        await _pool.AssertNothingHeldAsync();
    }

    // The scheduler still lists the worker when its session is over: it must learn of that instead of being asked again and again.
    [Fact]
    public async Task RunAsync_SessionOverAndSchedulerUnaware_WaitsForAReplacement()
    {
        var function = await _pool.DeployAsync();
        _pool.Session.Dispose();
        using var caller = new CancellationTokenSource();
        var running = RunAsync(function, new RecordingSink(), caller);

        while (_pool.Scheduler.QueueLength == 0)
        {
            await Task.Delay(10, Token);
        }

        Assert.InRange(_pool.Scheduler.Placed, 1, 2);
        Assert.False(_pool.Scheduler.Workers[0].IsReady);
        await caller.CancelAsync();
        Assert.Equal(InvocationEnd.Cancelled, await running);
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_CodeIsStillCompiled_HoldsNoSlot()
    {
        var compiling = new TaskCompletionSource<CodeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pool.Code = () => new ValueTask<CodeResult>(compiling.Task);
        var sink = new RecordingSink();
        var running = RunAsync(await _pool.DeployAsync(), sink);

        Assert.Equal((0, 1), (_pool.Scheduler.Outstanding, _pool.Runner.Places.Taken));
        compiling.SetResult(new CodeResult(null, InvocationEnd.InvalidModule, "no module"));
        Assert.Equal(InvocationEnd.InvalidModule, await running);
        Assert.Equal("no module", sink.Message);
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_ArgumentsBeyondAFrame_AreRefusedAndNoPlaceIsLost()
    {
        var function = await _pool.DeployAsync();
        Assert.Equal(InvocationEnd.TooLarge, await _pool.Runner.RunAsync(new InvocationRequest(function, default, new byte[2 << 20], 1), new RecordingSink(), Token));
        Assert.Equal(InvocationEnd.TooLarge, await _pool.Runner.RunAsync(new InvocationRequest(function, default, default, 70_000), new RecordingSink(), Token));
        Assert.Equal(0, _pool.Session.UnderWay);
        await _pool.AssertNothingHeldAsync();
    }

    // A worker that ignores the window could fill the supervisor's memory.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_WorkerSendsMoreThanItMay_ItsSessionEnds(bool isStreamed)
    {
        var delivery = isStreamed ? OutputDelivery.Streamed : OutputDelivery.Whole;
        var reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var function = await _pool.DeployAsync();
        var running = RunAsync(function, new RecordingSink(delivery) { OnTake = () => reader.Task });
        var id = await _pool.InvokedAsync();
        var sending = Task.Run(
            () =>
            {
                while (!_pool.SessionReading.IsCompleted)
                {
                    _pool.Output(id, new string('x', StreamChunk.MaxBytes));
                }
            },
            Token);

        var violation = await Assert.ThrowsAsync<ProtocolViolationException>(() => _pool.SessionReading.WaitAsync(s_patience, Token));
        Assert.Equal(ProtocolError.WindowExceeded, violation.Error);
        _pool.Session.Dispose();
        await sending.WaitAsync(s_patience, Token);
        _pool.Detach();
        reader.SetResult();
        Assert.Equal(InvocationEnd.WorkerCrashed, await running);
        await _pool.AssertNothingHeldAsync();
    }

    [Fact]
    public async Task RunAsync_EveryPlaceTaken_IsRefused()
    {
        using var pool = new ScriptedPool(places: 1);
        var function = await pool.DeployAsync();
        var first = pool.Runner.RunAsync(new InvocationRequest(function, default), new RecordingSink(), Token).AsTask();
        Assert.Equal(InvocationEnd.QueueFull, await pool.Runner.RunAsync(new InvocationRequest(function, default), new RecordingSink(), Token));
        pool.Complete(await pool.InvokedAsync());
        Assert.Equal(InvocationEnd.Ok, await first);
        await pool.AssertNothingHeldAsync();
    }

    private Task<InvocationEnd> RunAsync(FunctionVersion function, RecordingSink sink, CancellationTokenSource? caller = null) =>
        _pool.Runner.RunAsync(new InvocationRequest(function, default), sink, caller?.Token ?? CancellationToken.None).AsTask().WaitAsync(s_patience, Token);
}
