using BenchmarkDotNet.Attributes;
using Faas.Protocol.Transport;

namespace Faas.Microbenchmarks.Transport;

/// <summary>
/// Small messages one way without waiting for an answer, each written by itself, to a reader that is seldom asleep: what
/// a transport costs when nobody has to be woken. Time of one message, its reading included.
/// </summary>
public class TransportStreamBenchmarks
{
    private const int Messages = 10_000;
    private const int Bytes = 64;

    private readonly byte[] _message = new byte[Bytes];
    private TransportPair? _pair;

    [ParamsSource(nameof(Transports))]
    public string Transport { get; set; } = TransportCatalog.Unix;

    public static IEnumerable<string> Transports => TransportCatalog.Names;

    [GlobalSetup]
    public async Task Setup() => _pair = await TransportPair.ConnectAsync(Transport, AnswerAsync);

    [GlobalCleanup]
    public async Task Cleanup() => await _pair!.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task<int> OneWay()
    {
        for (var i = 0; i < Messages; i++)
        {
            await _pair!.Near.Output.WriteAsync(_message);
        }

        return await TransportPair.TakeAsync(_pair!.Near, 1) ? Messages : throw new InvalidOperationException("the connection ended");
    }

    private async Task AnswerAsync(ITransportConnection far)
    {
        while (await TransportPair.TakeAsync(far, Messages * Bytes))
        {
            await far.Output.WriteAsync(_message.AsMemory(0, 1));
        }
    }
}
