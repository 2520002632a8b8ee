namespace Faas.Scenarios.Running;

/// <summary>How much is measured.</summary>
internal sealed record RunOptions
{
    public required Scale Scale { get; init; }

    /// <summary>Names of scenarios and probes, or beginnings of case ids; empty = all of the scale.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Optional peers that were asked for.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>Repetitions of a case: five a side is the least that a test at 1 % can decide on.</summary>
    public int Repetitions { get; init; } = 5;

    /// <summary>Of one measurement. With everything around it quick has to end within six minutes, full within twenty-five: tests hold <see cref="RunPlan"/> to less.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Load before each measurement: connections are open and caches warm.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(0.1);

    public static RunOptions For(Scale scale) => scale == Scale.Quick
        ? new RunOptions { Scale = scale }
        : new RunOptions { Scale = scale, Duration = TimeSpan.FromSeconds(0.9), Warmup = TimeSpan.FromSeconds(0.2) };

    public bool Selects(string scenario, string caseId)
        => Only.Count == 0 || Only.Any(only => scenario.Equals(only, StringComparison.OrdinalIgnoreCase) || caseId.StartsWith(only, StringComparison.OrdinalIgnoreCase));

    public bool SelectsScenario(IScenario scenario)
        => (scenario.NeedsPeer is not { } peer || Peers.Contains(peer))
            && (Only.Count == 0
                ? scenario.NeedsPeer is not null || Scale == Scale.Full || scenario.InQuick
                : Only.Any(only => only.Split('/')[0].Equals(scenario.Name, StringComparison.OrdinalIgnoreCase)));

    public bool SelectsProbe(IProbe probe)
        => Only.Count == 0
            ? Scale == Scale.Full || probe.InQuick
            : Only.Any(only => only.Split('/')[0].Equals(probe.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>About how long a server takes to start, be warmed and end.</summary>
    public static TimeSpan ExpectedServerTime => WarmUp.ExpectedTime + TimeSpan.FromSeconds(1);

    /// <summary>Times the usual length that a peak is measured for: every share of it is only as good as this one figure.</summary>
    public const int PeakLength = 3;
}
