using BenchmarkDotNet.Attributes;
using Faas.Protocol.Transport;

namespace Faas.Microbenchmarks.Transport;

/// <summary>
/// A message to another thread and one of the same length back, over each transport, without frames: the rung below
/// an invocation. Both ends are in this process, so it is the transport's cost and a wake-up, not the kernel's choice
/// of processor for two processes (that is <c>bench hop</c>).
/// </summary>
public class TransportBenchmarks
{
    private DirectoryInfo? _folder;
    private ITransportListener? _listener;
    private ITransportConnection? _near;
    private ITransportConnection? _far;
    private Task _echo = Task.CompletedTask;
    private byte[] _message = [];

    [ParamsSource(nameof(Transports))]
    public string Transport { get; set; } = TransportCatalog.Unix;

    [Params(64, 4 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    public static IEnumerable<string> Transports => TransportCatalog.Names;

    [GlobalSetup]
    public async Task Setup()
    {
        _folder = Directory.CreateTempSubdirectory("mf-");
        _message = new byte[Bytes];
        var transport = TransportCatalog.Get(Transport);
        _listener = transport.Listen(Path.Combine(_folder.FullName, "s"));
        var accepted = _listener.AcceptAsync(CancellationToken.None);
        _far = transport.Connect(_listener.Address);
        _near = await accepted;
        _echo = Task.Factory.StartNew(Echo, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _near!.Dispose();
        _far!.Dispose();
        await _echo;
        await _listener!.DisposeAsync();
        _folder!.Delete(recursive: true);
    }

    [Benchmark]
    public async Task<int> PingPong()
    {
        await _near!.Output.WriteAsync(_message);
        return await TakeAsync(_near) ? Bytes : throw new InvalidOperationException("the connection ended");
    }

    private async Task Echo()
    {
        try
        {
            while (await TakeAsync(_far!))
            {
                await _far!.Output.WriteAsync(_message);
            }
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // Cleanup closed it under the read.
        }
    }

    /// <summary>Consumes one message. It is taken as it comes: no transport has to hold a megabyte.</summary>
    private async ValueTask<bool> TakeAsync(ITransportConnection connection)
    {
        long left = Bytes;
        while (left > 0)
        {
            var read = await connection.Input.ReadAsync();
            left -= read.Buffer.Length;
            connection.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted && left > 0)
            {
                return false;
            }
        }

        return true;
    }
}
