using System.Net;
using System.Net.Sockets;
using Faas.Load;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using HdrHistogram;

namespace Faas.LoadTests.Drivers;

/// <summary>The engine of <c>minifaas load</c>: closed loop, or open loop with latency from the intended start.</summary>
internal sealed class BuiltInDriver : ILoadDriver
{
    /// <summary>Opening and closing the connections, reading the processor time.</summary>
    private static readonly TimeSpan s_aroundRun = TimeSpan.FromMilliseconds(20);

    public string Name => RunRecord.BuiltInDriver;

    public bool Opens(Entrance entrance) => true;

    public TimeSpan ExpectedTime(TimeSpan duration) => duration + s_aroundRun;

    public async Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken)
    {
        var isIngress = server.Scheme == "unix";
        var requests = mix.Calls
            .Select(call => (ReadOnlyMemory<byte>)(isIngress
                ? IngressRequestBytes.Invoke(call.Function, call.Input)
                : HttpRequestBytes.Invoke(server.Authority, call.Function, call.Input)))
            .ToArray();
        var plan = new LoadPlan
        {
            Server = isIngress ? new UnixDomainSocketEndPoint(server.AbsolutePath) : new IPEndPoint(IPAddress.Parse(server.Host), server.Port),
            Source = thread => new MixedRequestSource(requests, mix, new Random(seed + thread)),
            Connections = shape.Connections,
            Duration = time.Duration,
            Warmup = time.Warmup,
            RatePerSecond = shape.Rate,
            Seed = seed,
        };
        var result = await LoadEngine.RunAsync(plan, progress: null, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return new Measurement
        {
            RequestsPerSecond = result.RequestsPerSecond,
            Succeeded = result.Succeeded,
            Failed = result.Failed,
            P10Us = Us(result.Latency, 10),
            P50Us = Us(result.Latency, 50),
            P90Us = Us(result.Latency, 90),
            P99Us = Us(result.Latency, 99),
            P999Us = Us(result.Latency, 99.9),
            RefusalP99Us = Us(result.FailureLatency, 99),
            Errors = result.ByError,
            Latencies = new HdrLatencies(result.Latency),
        };
    }

    private static double Us(LongHistogram histogram, double percentile)
        => histogram.TotalCount == 0 ? double.NaN : histogram.GetValueAtPercentile(percentile) / 1000.0;
}
