using Faas.Protocol.Transport;

namespace Faas.Protocol.Tests.Transport;

public sealed class TransportListenerTests : IDisposable
{
    private readonly SocketPath _path = new();

    public static TheoryData<string> TransportNames => [.. TransportCatalog.Names];

    public void Dispose() => _path.Dispose();

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Accept_Cancelled_TheNextOneStillAccepts(string name)
    {
        var transport = TransportCatalog.Get(name);
        await using var listener = transport.Listen(_path.Value);
        using var cancel = new CancellationTokenSource();
        var cancelled = listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patience.Wait(cancelled, "the first accept ends"));

        await ConnectAndAccept(transport, listener);
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Accept_SeveralConnections_EachReachesItsOwn(string name)
    {
        var transport = TransportCatalog.Get(name);
        await using var listener = transport.Listen(_path.Value);
        for (byte number = 1; number <= 3; number++)
        {
            await ConnectAndAccept(transport, listener, number);
        }
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Dispose_WhileAccepting_EndsItAndRemovesTheSocket(string name)
    {
        var listener = TransportCatalog.Get(name).Listen(_path.Value);
        var accept = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.True(File.Exists(_path.Value));

        await listener.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patience.Wait(accept, "the accept ends"));
        Assert.False(File.Exists(_path.Value));
        await listener.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Accept_AfterDispose_ObjectDisposedException(string name)
    {
        var listener = TransportCatalog.Get(name).Listen(_path.Value);
        await listener.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask());
        Assert.False(File.Exists(_path.Value));
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Dispose_ConnectionsAreOpen_TheyStayAndTheSocketIsGone(string name)
    {
        var transport = TransportCatalog.Get(name);
        var listener = transport.Listen(_path.Value);
        var (supervisor, worker) = await Connect(transport, listener);
        await listener.DisposeAsync();

        Assert.False(File.Exists(_path.Value));
        await AssertCarries(worker, supervisor, 9);
        supervisor.Dispose();
        worker.Dispose();
        Assert.False(File.Exists(_path.Value));
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Listen_TheSocket_OnlyItsOwnerMayConnect(string name)
    {
        await using var listener = TransportCatalog.Get(name).Listen(_path.Value);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path.Value));
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Accept_TheSocketForTheNextOne_OnlyItsOwnerMayConnect(string name)
    {
        var transport = TransportCatalog.Get(name);
        await using var listener = transport.Listen(_path.Value);
        await ConnectAndAccept(transport, listener);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path.Value));
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public async Task Listen_StaleFile_IsReplaced(string name)
    {
        await File.WriteAllTextAsync(_path.Value, "stale", TestContext.Current.CancellationToken);
        var transport = TransportCatalog.Get(name);
        await using var listener = transport.Listen(_path.Value);

        await ConnectAndAccept(transport, listener);
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public void Listen_NoSuchFolder_IOException(string name) =>
        Assert.ThrowsAny<IOException>(() => TransportCatalog.Get(name).Listen(Path.Combine(_path.Value, "missing", "s")));

    [Theory]
    [MemberData(nameof(TransportNames))]
    public void Listen_PathIsAFolder_IOException(string name)
    {
        Directory.CreateDirectory(_path.Value);

        Assert.ThrowsAny<IOException>(() => TransportCatalog.Get(name).Listen(_path.Value));
    }

    [Theory]
    [MemberData(nameof(TransportNames))]
    public void Listen_PathLongerThanASocketsMayBe_IOException(string name) =>
        Assert.ThrowsAny<IOException>(() => TransportCatalog.Get(name).Listen(_path.Value + new string('x', 120)));

    [Theory]
    [MemberData(nameof(TransportNames))]
    public void Connect_NobodyListens_IOException(string name) =>
        Assert.ThrowsAny<IOException>(() => TransportCatalog.Get(name).Connect(_path.Value));

    [Fact]
    public void Get_UnknownName_ListsTheKnownOnes()
    {
        var exception = Assert.Throws<ArgumentException>(() => TransportCatalog.Get("carrier-pigeon"));
        Assert.All(TransportCatalog.Names, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }

    private static async Task ConnectAndAccept(ITransport transport, ITransportListener listener, byte mark = 1)
    {
        var (supervisor, worker) = await Connect(transport, listener);
        await AssertCarries(worker, supervisor, mark);
        await AssertCarries(supervisor, worker, mark);
        supervisor.Dispose();
        worker.Dispose();
    }

    private static async Task<(ITransportConnection Supervisor, ITransportConnection Worker)> Connect(ITransport transport, ITransportListener listener)
    {
        var accept = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        var worker = await Patience.Wait(Task.Run(() => transport.Connect(listener.Address)), "a worker connects");
        return (await Patience.Wait(accept, "it is accepted"), worker);
    }

    private static async Task AssertCarries(ITransportConnection from, ITransportConnection to, byte mark)
    {
        await from.Output.WriteAsync(new[] { mark }, TestContext.Current.CancellationToken);
        var result = await Patience.Wait(Task.Run(() => to.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask()), "a byte arrives");
        Assert.Equal(mark, result.Buffer.FirstSpan[0]);
        to.Input.AdvanceTo(result.Buffer.End);
    }
}
