using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording.Traces;
using Faas.Supervisor.Scheduling;

namespace Faas.Lab.Synthesis;

/// <summary>Makes traces up: Poisson arrivals at a rate that keeps the slots of the pool as busy as asked.</summary>
internal static class TraceSynthesizer
{
    private const double Millisecond = 1e6;
    private const int ZipfFunctions = 1000;
    private const double ZipfExponent = 1.1;
    private const double ZipfLoading = Millisecond;
    private const double SlowSpeed = 0.5;

    public static Trace Create(SynthesisOptions options)
    {
        var random = new Random(options.Seed);
        var functions = options.Load == SyntheticLoad.Zipf ? ZipfFunctions : 1;
        var popularity = Cumulative(functions);
        var speeds = Enumerable.Range(0, options.Workers).Select(index => options.Load == SyntheticLoad.SlowWorker && index == 0 ? SlowSpeed : 1).ToArray();
        var perNanosecond = options.Utilisation * options.Slots * speeds.Sum() / MeanRun(options.Load);
        var invocations = new TraceInvocation[options.Invocations];
        double now = 0;
        for (var i = 0; i < invocations.Length; i++)
        {
            now += -Math.Log(1 - random.NextDouble()) / perNanosecond;
            var run = (long)Run(options.Load, random);
            var function = Draw(popularity, random);

            // Every invocation says what loading takes, as a cold one would: which ones are cold is the replay's to find.
            var load = options.Load == SyntheticLoad.Zipf ? (long)ZipfLoading : 0;
            invocations[i] = new TraceInvocation(
                (long)now, (uint)function + 1, TraceFormat.NoWorker, (byte)InvocationStatus.Ok, load > 0 ? StartKind.Cached : StartKind.Warm, 0, load, run, load + run);
        }

        return new Trace
        {
            Header = new TraceHeader(
                DateTimeOffset.UnixEpoch,
                StrategyNames.RoundRobin,
                options.Slots,
                Scheduler.DefaultQueueLength,
                [.. speeds.Select(speed => new TraceWorker("wasmtime", 1, speed))]),
            Functions = [.. Enumerable.Range(1, functions).Select(id => new TraceFunction((uint)id, (uint)id, 0, "", ""))],
            Invocations = invocations,
            IsComplete = true,
        };
    }

    private static double Run(SyntheticLoad load, Random random) => load switch
    {
        SyntheticLoad.Heavy => random.NextDouble() switch
        {
            < 0.955 => Millisecond,
            < 0.995 => 10 * Millisecond,
            _ => 100 * Millisecond,
        },
        SyntheticLoad.Zipf => Millisecond,
        _ => 2 * Millisecond,
    };

    private static double MeanRun(SyntheticLoad load) => load switch
    {
        SyntheticLoad.Heavy => (0.955 + 0.4 + 0.5) * Millisecond,
        SyntheticLoad.Zipf => Millisecond,
        _ => 2 * Millisecond,
    };

    private static double[] Cumulative(int functions)
    {
        var cumulative = new double[functions];
        double sum = 0;
        for (var i = 0; i < functions; i++)
        {
            cumulative[i] = sum += 1 / Math.Pow(i + 1, ZipfExponent);
        }

        return cumulative;
    }

    private static int Draw(double[] cumulative, Random random)
    {
        if (cumulative.Length == 1)
        {
            return 0;
        }

        var found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, cumulative.Length - 1);
    }
}
