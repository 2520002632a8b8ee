using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Faas.LoadTests.Drivers;
using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Targets;
using Faas.PerfCompare.Statistics;

namespace Faas.LoadTests.Hop;

/// <summary>
/// The two ratios that say what the way through the supervisor costs: requests/s with 64 connections against a bare
/// Kestrel, and the median with one connection against that Kestrel's plus a bare Unix-socket round trip between two
/// processes. Everything in turns in one run.
/// </summary>
internal static partial class HopCommand
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

        // Warm-up of both: the JIT's tiers are reached before the first figure.
        await LoadAsync(kestrel.Address, 64, duration, useWrk, cancellationToken);
        await LoadAsync(server.Address, 64, duration, useWrk, cancellationToken);

        Console.WriteLine(Invariant($"bare Unix round trip: {await UnixRoundTripAsync(cancellationToken, "--place", "same"):F1} us on one processor, {await UnixRoundTripAsync(cancellationToken, "--place", "apart"):F1} us on two; below where the kernel puts it"));
        var all = new List<Round>();
        Console.WriteLine("round | kestrel c64 | faas c64 | ratio | kestrel c1 p50 | faas c1 p50 | unix RTT | ratio | cpu us kestrel / faas");
        for (var i = 0; i < rounds; i++)
        {
            var round = new Round
            {
                Kestrel64 = await MeasureAsync(kestrel.Address, kestrel.ProcessId, 64, duration, useWrk, cancellationToken),
                Faas64 = await MeasureAsync(server.Address, server.ProcessId, 64, duration, useWrk, cancellationToken),
                Kestrel1 = await MeasureAsync(kestrel.Address, kestrel.ProcessId, 1, duration, useWrk, cancellationToken),
                Faas1 = await MeasureAsync(server.Address, server.ProcessId, 1, duration, useWrk, cancellationToken),
                UnixRoundTripUs = await UnixRoundTripAsync(cancellationToken),
            };
            all.Add(round);
            Console.WriteLine(Invariant($"{i + 1,5} | {round.Kestrel64.RequestsPerSecond,11:N0} | {round.Faas64.RequestsPerSecond,8:N0} | {round.ThroughputRatio,5:F3} | {round.Kestrel1.P50Us,11:F1} us | {round.Faas1.P50Us,8:F1} us | {round.UnixRoundTripUs,5:F1} us | {round.LatencyRatio,5:F3} | {round.Kestrel64.CpuUs:F1} / {round.Faas64.CpuUs:F1}"));
        }

        var throughput = Sample.Median([.. all.Select(round => round.ThroughputRatio)]);
        var latency = Sample.Median([.. all.Select(round => round.LatencyRatio)]);
        var failed = all.Any(round => round.Faas64.Failed || round.Faas1.Failed);
        Console.WriteLine();
        Console.WriteLine(Invariant($"requests/s, 64 connections, / bare Kestrel:               {throughput:F3}   (must >= {LeastThroughputRatio}, aim 0.75)"));
        Console.WriteLine(Invariant($"median, 1 connection, / (bare Kestrel + Unix round trip): {latency:F3}   (must <= {MostLatencyRatio}, aim < 1)"));
        if (failed)
        {
            Console.WriteLine("SOME REQUESTS FAILED: the figures do not count");
        }

        return throughput >= LeastThroughputRatio && latency <= MostLatencyRatio && !failed ? 0 : 1;
    }

    private static async Task<Load> MeasureAsync(Uri address, int processId, int connections, TimeSpan duration, bool useWrk, CancellationToken cancellationToken)
    {
        var before = ProcessTree.CpuSeconds(processId);
        var load = await LoadAsync(address, connections, duration, useWrk, cancellationToken);
        var cpu = ProcessTree.CpuSeconds(processId) - before;
        return load with { CpuUs = cpu * 1e6 / Math.Max(1, load.RequestsPerSecond * duration.TotalSeconds) };
    }

    private static async Task<Load> LoadAsync(Uri address, int connections, TimeSpan duration, bool useWrk, CancellationToken cancellationToken)
    {
        if (useWrk)
        {
            var run = await WrkRun.RunAsync(new Uri(address, "/invoke?fn=" + FunctionSource.Hello.Name), connections, duration, cancellationToken);
            return new Load(run.RequestsPerSecond, run.P50Us, 0, run.Failed);
        }

        var own = await new BuiltInDriver().RunAsync(
            address, CallMix.Only(Call.Of(FunctionSource.Hello)), LoadShape.Closed(connections), new RunTime(TimeSpan.Zero, duration), seed: 1, cancellationToken);
        return new Load(own.RequestsPerSecond, own.P50Us, 0, own.Failed > 0);
    }

    private static async Task<double> UnixRoundTripAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(RepositoryLayout.Baselines, ["unix-rtt", .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return double.Parse(MedianUs().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"median_us=([\d.]+)")]
    private static partial Regex MedianUs();

    private sealed record Load(double RequestsPerSecond, double P50Us, double CpuUs, bool Failed);

    private sealed record Round
    {
        public required Load Kestrel64 { get; init; }

        public required Load Faas64 { get; init; }

        public required Load Kestrel1 { get; init; }

        public required Load Faas1 { get; init; }

        public required double UnixRoundTripUs { get; init; }

        public double ThroughputRatio => Faas64.RequestsPerSecond / Kestrel64.RequestsPerSecond;

        public double LatencyRatio => Faas1.P50Us / (Kestrel1.P50Us + UnixRoundTripUs);
    }
}
