using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Tests.Workers;

/// <summary>A session over pipes in memory; the test plays the worker.</summary>
public sealed class WorkerConnectionTests : IDisposable
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

    private readonly FrameConnection _worker;
    private readonly WorkerConnection _connection;

    public WorkerConnectionTests()
    {
        var (supervisor, worker) = InMemoryTransport.CreatePair();
        _worker = new FrameConnection(worker);
        _connection = new WorkerConnection(
            new FrameConnection(supervisor), new WorkerHello(0, 1, Slots, default, "loopback", "", default));
    }

    public void Dispose()
    {
        _connection.Dispose();
        _worker.Dispose();
    }

    [Fact]
    public void TrySend_FunctionUnknownToTheWorker_SendsNothing()
    {
        var pending = NewPending();

        Assert.Equal(SendStatus.Unprepared, _connection.TrySend(pending));
        Assert.Equal(0ul, pending.Id);
        Prepare();
        Assert.Equal(SendStatus.Sent, _connection.TrySend(pending));
        _connection.Release(_function.Handle);
        Assert.Equal(SendStatus.Unprepared, _connection.TrySend(NewPending()));
    }

    [Fact]
    public async Task TrySend_AfterTheSessionIsOver_IsLost()
    {
        Prepare();
        var running = _connection.RunAsync(CancellationToken.None);
        _worker.Dispose();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);

        Assert.Equal(SendStatus.Lost, _connection.TrySend(NewPending()));
    }

    // Off the sockets' threads nobody ends a burst: every invocation must leave by itself, also to a busy worker.
    [Fact]
    public async Task TrySend_FromManyThreads_EveryInvocationArrivesAndIsAnswered()
    {
        Prepare();
        var serving = Task.Run(() => _worker.ReadLoopAsync(Answer, _worker.Flush, CancellationToken.None), TestContext.Current.CancellationToken);
        var running = _connection.RunAsync(CancellationToken.None);

        var senders = Enumerable.Range(0, Slots / 4).Select(_ => Task.Run(async () =>
        {
            var pending = NewPending();
            for (var i = 0; i < 200; i++)
            {
                pending.Begin(new InvocationRequest(_function, default), InvocationTimings.Now());
                pending.Leased(default, _connection);
                Assert.Equal(SendStatus.Sent, _connection.TrySend(pending));
                await pending.WaitAsync();
                Assert.Equal(InvocationStatus.Ok, pending.Status);
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

    private void Prepare() => _connection.Prepare(
        new PrepareMessage(_function.Handle, ModuleKind.Wasm, _function.Limits, _function.Id, "", [], FunctionVersion.NoOptions));

    private PendingInvocation NewPending()
    {
        var pending = new PendingInvocation();
        pending.Begin(new InvocationRequest(_function, default), InvocationTimings.Now());
        pending.Leased(default, _connection);
        return pending;
    }
}
