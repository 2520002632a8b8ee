using Faas.Scenarios.Drivers;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>
/// Repeats a load on one server or several, in turns with a baseline, so that all of them see the same mood of the
/// machine. Every other repetition goes through them backwards: what the one leaves behind (a warm cache, a processor's
/// frequency) falls on all of them alike.
/// </summary>
/// <param name="driver">Measures.</param>
/// <param name="warmer">Loads before each measurement: runs so short are none for a driver with reports.</param>
/// <param name="time">Of a warm-up and of a measurement.</param>
internal sealed class CaseMeter(ILoadDriver driver, ILoadDriver warmer, RunTime time)
{
    /// <param name="load">What is called.</param>
    /// <param name="shape">How, with its rate.</param>
    /// <param name="repetitions">The first one's number and how many; the number is the seed of the arrivals.</param>
    /// <param name="baseline">Measured in each repetition for all sides; null = none.</param>
    /// <param name="sides">The servers, and where their figures go.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    public async Task RepeatAsync(
        LoadCase load,
        LoadShape shape,
        (int First, int Count) repetitions,
        IMeasuredServer? baseline,
        IReadOnlyList<(IMeasuredServer Server, CaseMeasurements Into)> sides,
        CancellationToken cancellationToken)
    {
        for (var repetition = repetitions.First; repetition < repetitions.First + repetitions.Count; repetition++)
        {
            var turns = sides.Select(side => (side.Server, Record: (Action<Measurement, double>)side.Into.Add)).ToList();
            if (baseline is not null)
            {
                turns.Insert(0, (baseline, (run, cpu) =>
                {
                    foreach (var side in sides)
                    {
                        side.Into.AddBaseline(run, cpu);
                    }
                }));
            }

            if (repetition % 2 == 1)
            {
                turns.Reverse();
            }

            foreach (var (server, record) in turns)
            {
                var (run, cpu) = await MeasureAsync(server, load, shape, seed: repetition + 1, cancellationToken);
                record(run, cpu);
            }
        }
    }

    private async Task<(Measurement Run, double CpuSeconds)> MeasureAsync(
        IMeasuredServer server, LoadCase load, LoadShape shape, int seed, CancellationToken cancellationToken)
    {
        var address = load.Entrance == Entrance.Ingress && server is FaasServer own ? own.Ingress : server.Address;

        // The warm-up is a run of its own, so that the processor time read around the second belongs to it alone.
        await warmer.RunAsync(address, load.Mix, shape, new RunTime(TimeSpan.Zero, time.Warmup), seed, cancellationToken);
        var before = ProcessTree.CpuSeconds(server.ProcessId);
        var run = await driver.RunAsync(address, load.Mix, shape, new RunTime(TimeSpan.Zero, time.Duration * load.Stretch), seed, cancellationToken);
        return (run, ProcessTree.CpuSeconds(server.ProcessId) - before);
    }
}
