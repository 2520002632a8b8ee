using Faas.Protocol.Transport;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Tests.Workers;

public sealed class LastingListenerTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60); // a guard against hanging

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Transports => ["unix", "unofficial", "pipe", "shm"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task EnsureAsync_FolderWasRemoved_CanBeConnectedToAgain(string name)
    {
        var transport = TransportCatalog.Get(name);
        var path = _folder.Combine("run/workers.sock");
        Directory.CreateDirectory(_folder.Combine("run"));
        await using var listener = new LastingListener(transport, path);
        await ConnectAsync(transport, listener);
        var accepting = listener.AcceptAsync(Token).AsTask();

        Directory.Delete(_folder.Combine("run"), recursive: true);
        Assert.True(await listener.EnsureAsync());
        Assert.False(await listener.EnsureAsync());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Combine("run")));
        var connected = Task.Run(() => transport.Connect(listener.Address), Token);
        using var accepted = await accepting.WaitAsync(s_patience, Token);
        using var client = await connected.WaitAsync(s_patience, Token);
        await ConnectAsync(transport, listener);
    }

    [Fact]
    public async Task EnsureAsync_FileIsThere_ChangesNothing()
    {
        await using var listener = new LastingListener(TransportCatalog.Get("unix"), _folder.Combine("workers.sock"));
        var accepting = listener.AcceptAsync(Token).AsTask();
        Assert.False(await listener.EnsureAsync());
        using var client = TransportCatalog.Get("unix").Connect(listener.Address);
        using var accepted = await accepting.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task AcceptAsync_DisposedOrCancelled_Ends()
    {
        var listener = new LastingListener(TransportCatalog.Get("unix"), _folder.Combine("workers.sock"));
        using var stop = new CancellationTokenSource();
        var accepting = listener.AcceptAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        Directory.Delete(_folder.Path, recursive: true);
        await listener.DisposeAsync();
        Directory.CreateDirectory(_folder.Path);
    }

    private static async Task ConnectAsync(ITransport transport, LastingListener listener)
    {
        var accepting = listener.AcceptAsync(Token).AsTask();
        var connected = Task.Run(() => transport.Connect(listener.Address), Token);
        using var accepted = await accepting.WaitAsync(s_patience, Token);
        using var client = await connected.WaitAsync(s_patience, Token);
    }
}
