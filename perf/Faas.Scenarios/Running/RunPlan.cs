using System.Globalization;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>
/// What a run does, in its order, and about how long it takes on two processors: the measurements, and everything around
/// them. The latter is an eighth of a full run: servers and baselines are started and warmed, functions deployed, peaks
/// found, and an open loop past saturation is given a second to send what has already arrived.
/// </summary>
internal sealed class RunPlan
{
    /// <summary>First calls of a case on a warm server, one after the other.</summary>
    private static readonly TimeSpan s_aroundCase = TimeSpan.FromMilliseconds(100);

    /// <summary>A bare server's start; its end comes with that of the run.</summary>
    private static readonly TimeSpan s_baselineStart = TimeSpan.FromSeconds(0.4);

    /// <summary>For how long the load engine goes on sending what arrived before the end.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    /// <summary>A plot or two and the lines of the report.</summary>
    private static readonly TimeSpan s_reportOfCase = TimeSpan.FromMilliseconds(80);

    private readonly RunOptions _options;
    private readonly ILoadDriver _driver;
    private readonly ILoadDriver _warmer;
    private readonly HashSet<object> _done = []; // what only the first case that needs it pays for

    /// <param name="options">What is asked for.</param>
    /// <param name="driver">Measures.</param>
    /// <param name="warmer">Loads before each measurement.</param>
    /// <param name="probes">The probes there are.</param>
    public RunPlan(RunOptions options, ILoadDriver driver, ILoadDriver warmer, IReadOnlyList<IProbe> probes)
    {
        _options = options;
        _driver = driver;
        _warmer = warmer;
        Probes = [.. probes.Where(options.SelectsProbe)];
        if (Probes.Any(probe => probe.DeploysHellos))
        {
            _done.UnionWith(LanguageScenario.Hellos.Select(hello => (object)(Usual.Backend, ServerSettings.UsualDataSet, hello.Name)));
        }

        Scenarios = [.. ScenarioCatalog.All.Where(options.SelectsScenario).Select(Plan).Where(planned => planned.Groups.Count > 0)];
        Report = s_reportOfCase * Scenarios.Sum(scenario => scenario.Groups.Sum(group => group.Count()));
    }

    /// <summary>Settings of the server that most scenarios want: it is started and warmed once.</summary>
    public static ServerSettings Usual { get; } = new();

    public Scale Scale => _options.Scale;

    public IReadOnlyList<IProbe> Probes { get; }

    public IReadOnlyList<PlannedScenario> Scenarios { get; }

    /// <summary>Writing it all down.</summary>
    public TimeSpan Report { get; }

    public TimeSpan Total
        => Report + Probes.Aggregate(TimeSpan.Zero, (sum, probe) => sum + probe.ExpectedTime(_options.Scale)) + Scenarios.Aggregate(TimeSpan.Zero, (sum, scenario) => sum + scenario.Expected);

    /// <summary>False when <c>--only</c> names nothing that there is.</summary>
    public bool HasWork => Probes.Count > 0 || Scenarios.Count > 0;

    /// <summary>A line for each part, and their sum.</summary>
    public void Show(TextWriter output)
    {
        foreach (var (name, cases, expected) in Probes.Select(probe => (probe.Name, 0, probe.ExpectedTime(Scale)))
            .Concat(Scenarios.Select(scenario => (scenario.Scenario.Name, scenario.Groups.Sum(group => group.Count()), scenario.Expected)))
            .Append(("report", 0, Report)))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {(cases == 0 ? "" : $"{cases} cases"),-9} {expected.TotalSeconds,6:F0} s"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in all     {(int)Total.TotalMinutes}:{Total.Seconds:D2}"));
    }

    private PlannedScenario Plan(IScenario scenario)
    {
        IGrouping<ServerSettings, LoadCase>[] groups =
        [
            .. scenario.Cases(_options.Scale)
                .Where(load => _driver.Opens(load.Entrance) && _options.Selects(scenario.Name, $"{scenario.Name}/{load.Name}"))
                .GroupBy(load => load.Server),
        ];
        var time = TimeSpan.Zero;
        foreach (var group in groups)
        {
            time += group.Key == Usual && !_done.Add(Usual) ? TimeSpan.Zero : RunOptions.ExpectedServerTime;
            foreach (var load in group)
            {
                time += TimeOf(scenario, load);
            }
        }

        return new PlannedScenario(scenario, groups, time);
    }

    private TimeSpan TimeOf(IScenario scenario, LoadCase load)
    {
        var time = s_aroundCase;
        foreach (var function in load.Functions.Where(function => _done.Add((load.Server.Backend, load.Server == Usual ? ServerSettings.UsualDataSet : load.Server.DataSet, function.Name))))
        {
            time += ExpectedDeploy(function.Language);
        }

        if (load.Shape.Peak is { } peak && _done.Add((scenario.Name, peak.Key)))
        {
            time += _driver.ExpectedTime(RunOptions.PeakLength * load.Stretch * _options.Duration);
        }

        if (load.Baseline != BaselineKind.None && _done.Add(BaselineServers.KeyOf(load)))
        {
            time += s_baselineStart + WarmUp.ExpectedTime;
        }

        // Of the warm-up and of the measurement. A short queue refuses at once, and then nothing is left to send.
        var drain = load.Shape.Peak is { Share: >= 1 } && load.Server.Queue is null ? 2 * s_drain : TimeSpan.Zero;
        var sides = load.Baseline == BaselineKind.None ? 1 : 2;
        return time + _options.Repetitions * (sides * (_warmer.ExpectedTime(_options.Warmup) + _driver.ExpectedTime(load.Stretch * _options.Duration)) + drain);
    }

    // Compilers run several at a time, and what an earlier run has left in their own caches makes them faster.
    private static TimeSpan ExpectedDeploy(string language) => TimeSpan.FromSeconds(language switch
    {
        "wasm" => 0.0125, // 80 a second, many at a time (probe storm)
        "go" => 5,
        "rust" or "cpp" => 1.5,
        _ => 0.3,
    });
}
