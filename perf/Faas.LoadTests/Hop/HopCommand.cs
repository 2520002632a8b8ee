using Faas.PerfCompare.Statistics;
using Faas.Scenarios;
using Faas.Scenarios.Targets;
using static System.FormattableString;

namespace Faas.LoadTests.Hop;

/// <summary><c>hop</c> by itself: every round as a line, and the two ratios against their budgets.</summary>
internal static class HopCommand
{
    private const double LeastThroughputRatio = 0.55; // budgets: aim 0.75
    private const double MostLatencyRatio = 1.25; // budgets: aim below 1

    public static async Task<int> RunAsync(int rounds, TimeSpan duration, bool useWrk, ServerSettings settings, CancellationToken cancellationToken)
    {
        await using var server = await FaasServer.StartAsync(settings, cancellationToken);
        await using var kestrel = await BaselineServer.StartKestrelAsync();
        await server.DeployAsync(FunctionSource.Hello, cancellationToken);
        Console.WriteLine($"invoke answers {await server.InvokeAsync(FunctionSource.Hello.Name, [], cancellationToken)}");
        Console.WriteLine(Invariant($"{settings.Workers} workers, ready after {server.StartToReady.TotalMilliseconds:F0} ms; load by {(useWrk ? "wrk -t1" : "the built-in injector")}, {rounds} rounds of {duration.TotalSeconds:F0} s"));
        var measurement = new HopMeasurement(server, kestrel, useWrk, duration);
        await measurement.WarmAsync(cancellationToken);

        Console.WriteLine(Invariant($"bare Unix round trip: {await HopMeasurement.UnixRoundTripAsync(cancellationToken, "--place", "same"):F1} us on one processor, {await HopMeasurement.UnixRoundTripAsync(cancellationToken, "--place", "apart"):F1} us on two; below where the kernel puts it"));
        var all = new List<HopRound>();
        Console.WriteLine("round | kestrel c64 | faas c64 | ratio | kestrel c1 p50 | faas c1 p50 | unix RTT | ratio | cpu us kestrel / faas");
        for (var i = 0; i < rounds; i++)
        {
            var round = await measurement.RoundAsync(cancellationToken);
            all.Add(round);
            Console.WriteLine(Invariant($"{i + 1,5} | {round.Kestrel64.RequestsPerSecond,11:N0} | {round.Faas64.RequestsPerSecond,8:N0} | {round.ThroughputRatio,5:F3} | {round.Kestrel1.P50Us,11:F1} us | {round.Faas1.P50Us,8:F1} us | {round.UnixRoundTripUs,5:F1} us | {round.LatencyRatio,5:F3} | {round.Kestrel64.CpuUs:F1} / {round.Faas64.CpuUs:F1}"));
        }

        var throughput = Sample.Median([.. all.Select(round => round.ThroughputRatio)]);
        var latency = Sample.Median([.. all.Select(round => round.LatencyRatio)]);
        var failed = all.Any(round => round.Failed);
        Console.WriteLine();
        Console.WriteLine(Invariant($"requests/s, 64 connections, / bare Kestrel:               {throughput:F3}   (must >= {LeastThroughputRatio}, aim 0.75)"));
        Console.WriteLine(Invariant($"median, 1 connection, / (bare Kestrel + Unix round trip): {latency:F3}   (must <= {MostLatencyRatio}, aim < 1)"));
        if (failed)
        {
            Console.WriteLine("SOME REQUESTS FAILED: the figures do not count");
        }

        return throughput >= LeastThroughputRatio && latency <= MostLatencyRatio && !failed ? 0 : 1;
    }
}
