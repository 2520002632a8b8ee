using System.Diagnostics;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

/// <summary>Runs one scenario and gathers its figures.</summary>
internal sealed class ScenarioRun(ScenarioProps scenario, TextWriter log) : IScenarioContext
{
    private readonly Lock _lock = new();
    private readonly List<double> _ok = [];
    private readonly List<double> _fail = [];
    private int _invocations;
    private TimeSpan _ran;

    public int InvocationNumber => _invocations;

    public void Run()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var simulation in scenario.LoadSimulations)
        {
            (simulation.Interval is { } interval ? InjectAsync(simulation, interval) : KeepAsync(simulation)).Wait();
        }

        _ran = Stopwatch.GetElapsedTime(started);
    }

    public ScenarioStats ToStats() => new(scenario.ScenarioName, Of(_ok), Of(_fail));

    private bool HasFailed
    {
        get
        {
            lock (_lock)
            {
                return _fail.Count > scenario.MaxFailCount;
            }
        }
    }

    private Task KeepAsync(LoadSimulation simulation)
    {
        var started = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, simulation.Count).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < simulation.During && !HasFailed)
            {
                await CallAsync();
            }
        })));
    }

    private async Task InjectAsync(LoadSimulation simulation, TimeSpan interval)
    {
        var started = Stopwatch.GetTimestamp();
        var calls = new List<Task>();
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < simulation.During && !HasFailed)
        {
            for (var due = (int)(simulation.Count * (elapsed / interval)); calls.Count < due;)
            {
                calls.Add(Task.Run(CallAsync));
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(calls);
    }

    private async Task CallAsync()
    {
        Interlocked.Increment(ref _invocations);
        var started = Stopwatch.GetTimestamp();
        var isError = true;
        try
        {
            isError = (await scenario.Run(this)).IsError;
        }
        catch (Exception failed)
        {
            log.WriteLine(failed); // stack trace and all, as the real one does
        }

        var ms = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        lock (_lock)
        {
            (isError ? _fail : _ok).Add(ms);
        }
    }

    private MeasurementStats Of(List<double> ms)
    {
        ms.Sort();
        return new MeasurementStats(new RequestStats(ms.Count, ms.Count / _ran.TotalSeconds), new LatencyStats(At(50), At(75), At(95), At(99), At(100)));

        double At(int percent) => ms.Count == 0 ? 0 : ms[Math.Min(ms.Count - 1, ms.Count * percent / 100)];
    }
}
