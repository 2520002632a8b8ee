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
    private TransportPair? _pair;
    private byte[] _message = [];

    [ParamsSource(nameof(Transports))]
    public string Transport { get; set; } = TransportCatalog.Unix;

    [Params(64, 4 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    public static IEnumerable<string> Transports => TransportCatalog.Names;

    [GlobalSetup]
    public async Task Setup()
    {
        _message = new byte[Bytes];
        _pair = await TransportPair.ConnectAsync(Transport, EchoAsync);
    }

    [GlobalCleanup]
    public async Task Cleanup() => await _pair!.DisposeAsync();

    [Benchmark]
    public async Task<int> PingPong()
    {
        await _pair!.Near.Output.WriteAsync(_message);
        return await TransportPair.TakeAsync(_pair.Near, Bytes) ? Bytes : throw new InvalidOperationException("the connection ended");
    }

    private async Task EchoAsync(ITransportConnection far)
    {
        while (await TransportPair.TakeAsync(far, Bytes))
        {
            await far.Output.WriteAsync(_message);
        }
    }
}
