using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Faas.LoadTests.Drivers;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Hop;

/// <summary>
/// What the way through the supervisor costs: requests/s with 64 connections against a bare Kestrel, and the median with
/// one connection against that Kestrel's plus a bare Unix-socket round trip between two processes, in turns.
/// </summary>
/// <param name="faas">With hello deployed.</param>
/// <param name="kestrel">The bare one.</param>
/// <param name="useWrk">wrk takes less of the processors than the built-in driver does.</param>
/// <param name="duration">Of each load; wrk takes whole seconds.</param>
internal sealed partial class HopMeasurement(FaasServer faas, BaselineServer kestrel, bool useWrk, TimeSpan duration)
{
    /// <summary>The JIT's tiers are reached before the first figure.</summary>
    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(kestrel.Address, 64, cancellationToken);
        await LoadAsync(faas.Address, 64, cancellationToken);
    }

    public async Task<HopRound> RoundAsync(CancellationToken cancellationToken) => new(
        await MeasureAsync(kestrel, 64, cancellationToken),
        await MeasureAsync(faas, 64, cancellationToken),
        await MeasureAsync(kestrel, 1, cancellationToken),
        await MeasureAsync(faas, 1, cancellationToken),
        await UnixRoundTripAsync(cancellationToken));

    /// <summary>Median microseconds of the bare round trip.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="arguments">Where the two processes are put; none = where the kernel puts them.</param>
    public static async Task<double> UnixRoundTripAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(RepositoryLayout.Baselines, ["unix-rtt", .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return double.Parse(MedianUs().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private async Task<HopLoad> MeasureAsync(IMeasuredServer server, int connections, CancellationToken cancellationToken)
    {
        var before = ProcessTree.CpuSeconds(server.ProcessId);
        var load = await LoadAsync(server.Address, connections, cancellationToken);
        var cpu = ProcessTree.CpuSeconds(server.ProcessId) - before;
        return load with { CpuUs = cpu * 1e6 / Math.Max(1, load.RequestsPerSecond * duration.TotalSeconds) };
    }

    private async Task<HopLoad> LoadAsync(Uri address, int connections, CancellationToken cancellationToken)
    {
        if (useWrk)
        {
            var run = await WrkRun.RunAsync(new Uri(address, "/invoke?fn=" + FunctionSource.Hello.Name), connections, duration, cancellationToken);
            return new HopLoad(run.RequestsPerSecond, run.P50Us, 0, run.Failed);
        }

        var own = await new BuiltInDriver().RunAsync(
            address, CallMix.Only(Call.Of(FunctionSource.Hello)), LoadShape.Closed(connections), new RunTime(TimeSpan.Zero, duration), seed: 1, cancellationToken);
        return new HopLoad(own.RequestsPerSecond, own.P50Us, 0, own.Failed > 0);
    }

    [GeneratedRegex(@"median_us=([\d.]+)")]
    private static partial Regex MedianUs();
}
