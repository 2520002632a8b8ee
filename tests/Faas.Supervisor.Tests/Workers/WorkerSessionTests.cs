using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Tests.Workers;

/// <summary>A session over pipes in memory; the test plays the worker.</summary>
public sealed class WorkerSessionTests : IDisposable
{
    private const int Slots = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly FunctionVersion _function = new("", new FunctionMetadata
    {
        Format = 1,
        Id = "f_1",
        Name = "f",
        Language = FunctionLanguages.C,
        Version = 1,
        Stamp = 1,
        CreatedUnixSeconds = 1,
        SizeBytes = 1,
        SourceSha256 = "",
        TimeoutMs = 1000,
        MemoryBytes = 1 << 20,
        OutputBytes = 1 << 20,
    });

    private readonly InvocationPool _pool = new(new Scheduler([new("loopback", Slots)]), Slots);
    private readonly FrameConnection _worker;
    private readonly WorkerSession _session;

    public WorkerSessionTests()
    {
        var (supervisor, worker) = InMemoryTransport.CreatePair();
        _worker = new FrameConnection(worker);
        _session = new WorkerSession(
            new FrameConnection(supervisor), new WorkerHello(0, 1, Slots, default, "loopback", "", default), new InvocationNumbers(TimeProvider.System), TimeProvider.System);
    }

    public void Dispose()
    {
        _session.Dispose();
        _worker.Dispose();
    }

    [Fact]
    public void TrySend_FunctionUnknownToTheWorker_SendsNothing()
    {
        var invocation = NewInvocation();

        Assert.Equal(SendStatus.Unprepared, _session.TrySend(invocation));
        Assert.Equal(0ul, invocation.Id);
        Prepare();
        Assert.Equal(SendStatus.Sent, _session.TrySend(invocation));
        _session.Release(_function.Handle);
        Assert.Equal(SendStatus.Unprepared, _session.TrySend(NewInvocation()));
    }

    [Fact]
    public async Task TrySend_AfterTheSessionIsOver_IsLost()
    {
        Prepare();
        var running = _session.ReadAsync(CancellationToken.None);
        _worker.Dispose();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        _session.Detach(static work => work.Execute());

        Assert.Equal(SendStatus.Lost, _session.TrySend(NewInvocation()));
    }

    // Off the sockets' threads nobody ends a burst: every invocation must leave by itself, also to a busy worker.
    [Fact]
    public async Task TrySend_FromManyThreads_EveryInvocationArrivesAndIsAnswered()
    {
        Prepare();
        var serving = Task.Run(() => _worker.ReadLoopAsync(Answer, _worker.Flush, CancellationToken.None), TestContext.Current.CancellationToken);
        var running = _session.ReadAsync(CancellationToken.None);

        var senders = Enumerable.Range(0, Slots / 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var invocation = NewInvocation();
                Assert.Equal(SendStatus.Sent, _session.TrySend(invocation));
                await invocation.WaitAsync();
                Assert.Equal(InvocationEnd.Ok, invocation.End);
                invocation.LetGo();
            }
        }, TestContext.Current.CancellationToken));
        await Task.WhenAll(senders).WaitAsync(s_patience, TestContext.Current.CancellationToken);

        _worker.Dispose();
        await Task.WhenAll(running, serving).WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    private void Answer(in Frame frame)
    {
        if (frame.Header.Type == FrameType.Invoke)
        {
            using var stage = _worker.Stage();
            new CompletedMessage(InvocationStatus.Ok, StartKind.Warm, 0, 1, 0, 1, 0, default).Write(stage.Buffer, frame.Header.InvocationId, null);
        }
    }

    private void Prepare() => _session.Prepare(
        new PrepareMessage(_function.Handle, ModuleKind.Wasm, _function.Limits, _function.Id, "", [], FunctionVersion.NoOptions));

    private Invocation NewInvocation(OutputDelivery delivery = OutputDelivery.Whole)
    {
        var invocation = _pool.Rent();
        invocation.Begin(new InvocationRequest(_function, default), delivery, TimeProvider.System.MonotonicNanoseconds);
        return invocation;
    }
}
