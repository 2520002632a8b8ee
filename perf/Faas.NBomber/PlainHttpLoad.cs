using System.Diagnostics;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;

namespace Faas.NBomber;

/// <summary>
/// A closed loop without reports: what warms a server in slices of a quarter of a second. NBomber itself takes two
/// seconds at least, three more for each start, and would leave a report of every slice.
/// </summary>
internal sealed class PlainHttpLoad : ILoadDriver
{
    public string Name => "plain HTTP";

    public bool Opens(Entrance entrance) => entrance == Entrance.Http;

    public TimeSpan ExpectedTime(TimeSpan duration) => duration;

    /// <summary>Closed loop whatever the shape says: it warms and measures nothing that is recorded.</summary>
    public async Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken)
    {
        using var calls = new HttpCalls(server, mix, shape.Connections, seed);
        var length = time.Warmup + time.Duration;
        var started = Stopwatch.GetTimestamp();
        long succeeded = 0;
        await Task.WhenAll(Enumerable.Range(0, shape.Connections).Select(_ => LoopAsync()));
        var failed = calls.Errors.Values.Sum();
        return new Measurement
        {
            RequestsPerSecond = succeeded / Stopwatch.GetElapsedTime(started).TotalSeconds,
            Succeeded = succeeded,
            Failed = failed,
            P50Us = double.NaN,
            P99Us = double.NaN,
            Errors = calls.Errors,
        };

        async Task LoopAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                if ((await calls.SendAsync(cancellationToken)).Error is null)
                {
                    Interlocked.Increment(ref succeeded);
                }
            }
        }
    }
}
