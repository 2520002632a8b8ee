using Faas.Scenarios.Drivers;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>
/// Loads a server that has just started until it gets no faster: while the JIT still replaces its first code, a .NET
/// server under full load on two processors was seen to answer a quarter of what it answers ten seconds later. So the
/// first slices of load leave a processor to the JIT, and after each slice its timer, which new code keeps restarting,
/// has time to fire.
/// </summary>
internal static class WarmUp
{
    private const int LeastSlices = 4;
    private const int GentleSlices = 3;
    private const double Steady = 1.05; // two slices against the two before them: what is left is noise

    /// <summary>Takes every path hundreds of times (the JIT counts to 30) and leaves it a processor.</summary>
    private static readonly LoadShape s_gentle = LoadShape.Closed(1);

    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(120); // the JIT waits 100 ms without new code
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(6);

    /// <summary>What it takes as a rule, for plans.</summary>
    public static TimeSpan ExpectedTime { get; } = TimeSpan.FromSeconds(3); // 2.6 at least; now and then a slice more

    public static Task RunAsync(ILoadDriver driver, IMeasuredServer server, CallMix mix, int connections, CancellationToken cancellationToken)
        => RunAsync(driver, [server], mix, connections, cancellationToken);

    /// <summary>In turns, until none gets faster: servers that are compared start from the same state.</summary>
    public static async Task RunAsync(ILoadDriver driver, IReadOnlyList<IMeasuredServer> servers, CallMix mix, int connections, CancellationToken cancellationToken)
    {
        for (var slice = 0; slice < GentleSlices; slice++)
        {
            foreach (var server in servers)
            {
                await driver.RunAsync(server.Address, mix, s_gentle, new RunTime(TimeSpan.Zero, s_slice), seed: 0, cancellationToken);
            }

            await Task.Delay(s_rest, cancellationToken);
        }

        var rates = servers.Select(_ => new List<double>()).ToArray();
        for (var slices = 1; slices * s_slice < s_limit; slices++)
        {
            for (var i = 0; i < servers.Count; i++)
            {
                var run = await driver.RunAsync(servers[i].Address, mix, LoadShape.Closed(connections), new RunTime(TimeSpan.Zero, s_slice), seed: 0, cancellationToken);
                rates[i].Add(run.RequestsPerSecond);
            }

            await Task.Delay(s_rest, cancellationToken);
            if (slices >= LeastSlices && rates.All(IsSteady))
            {
                return;
            }
        }
    }

    private static bool IsSteady(List<double> rates) => rates[^1] + rates[^2] <= Steady * (rates[^3] + rates[^4]);
}
