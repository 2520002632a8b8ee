using Faas.LoadTests.Drivers;
using Faas.LoadTests.Probes;
using Faas.Protocol.Transport;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.PerfCompare.Tests;

public sealed class RunPlanTests
{
    /// <summary>A minute below what perf/README.md promises: a shared machine is slower some days.</summary>
    private static readonly TimeSpan s_quickLimit = TimeSpan.FromMinutes(5);

    /// <summary>Two minutes below.</summary>
    private static readonly TimeSpan s_fullLimit = TimeSpan.FromMinutes(23);

    [Fact]
    public void Total_Quick_IsAMinuteBelowItsPromise() => Assert.InRange(Plan(RunOptions.For(Scale.Quick)).Total, TimeSpan.FromMinutes(3), s_quickLimit);

    [Fact]
    public void Total_Full_IsTwoMinutesBelowItsPromise() => Assert.InRange(Plan(RunOptions.For(Scale.Full)).Total, TimeSpan.FromMinutes(15), s_fullLimit);

    [Fact]
    public void Scenarios_SlotsInFull_SweepBothFunctionsFromOneTo32()
    {
        var slots = Assert.Single(Plan(RunOptions.For(Scale.Full)).Scenarios, planned => planned.Scenario.Name == "slots");
        Assert.Equal([1, 2, 4, 8, 16, 32], slots.Groups.Select(group => group.Key.Slots!.Value));
        Assert.All(slots.Groups, group => Assert.Equal([$"hello/{group.Key.Slots}", $"wait/{group.Key.Slots}"], group.Select(load => load.Name)));
    }

    [Fact]
    public void Scenarios_SlotsInQuick_AreLeftOut() =>
        Assert.DoesNotContain(Plan(RunOptions.For(Scale.Quick)).Scenarios, planned => planned.Scenario.Name == "slots");

    [Fact]
    public void Total_SecondCaseOfABaseline_PaysNoSecondStart()
    {
        TimeSpan Of(string only) => Plan(RunOptions.For(Scale.Quick) with { Only = [only] }).Scenarios.Single().Expected;
        var both = Plan(RunOptions.For(Scale.Quick) with { Only = ["hello/c16", "hello/c64"] }).Scenarios.Single();
        Assert.True(both.Expected < Of("hello/c16") + Of("hello/c64"));
    }

    [Fact]
    public void Cases_FullSet_HasEveryCaseOnce() =>
        Assert.All(Plan(RunOptions.For(Scale.Full)).Scenarios, planned =>
        {
            var names = planned.Groups.SelectMany(group => group).Select(load => load.Name).ToArray();
            Assert.Equal(names.Distinct(), names);
        });

    [Fact]
    public void Total_ADriverThatTakesThreeSecondsARun_PaysThemForEachRunAndPeak()
    {
        var options = RunOptions.For(Scale.Quick) with { Only = ["overload/x0.8"], Repetitions = 4 };
        var own = new BuiltInDriver();
        var slow = new RunPlan(options, new DriverOfLongStarts(), own, []);
        const int Runs = 4 + 1; // the repetitions and the peak
        Assert.InRange((slow.Total - new RunPlan(options, own, own, []).Total).TotalSeconds, 3 * Runs - 0.2, 3 * Runs); // less what the own one takes around each
    }

    [Fact]
    public void Scenarios_ADriverOfHttpOnly_LeavesTheIngressSocketOut()
    {
        var own = new BuiltInDriver();
        var plan = new RunPlan(RunOptions.For(Scale.Full), new DriverOfLongStarts(), own, []);
        Assert.All(plan.Scenarios.SelectMany(planned => planned.Groups).SelectMany(group => group), load => Assert.Equal(Entrance.Http, load.Entrance));
        Assert.False(new RunPlan(RunOptions.For(Scale.Full) with { Only = ["hello/ingress"] }, new DriverOfLongStarts(), own, []).HasWork);
    }

    [Fact]
    public void Cases_OfTheTransports_AreThoseTheServerKnows()
    {
        var transports = Plan(RunOptions.For(Scale.Full) with { Only = ["transport"] }).Scenarios.Single().Groups.Select(group => group.Key.Transport);
        Assert.Equal(TransportCatalog.Names, transports.Order(StringComparer.Ordinal));
        Assert.Equal(TransportCatalog.Unix, new ServerSettings().Transport);
    }

    private static RunPlan Plan(RunOptions options)
    {
        var driver = new BuiltInDriver();
        return new RunPlan(options, driver, driver, ProbeCatalog.All);
    }

    private sealed class DriverOfLongStarts : ILoadDriver
    {
        public string Name => "of long starts";

        public bool Opens(Entrance entrance) => entrance == Entrance.Http;

        public TimeSpan ExpectedTime(TimeSpan duration) => duration + TimeSpan.FromSeconds(3);

        public Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken)
            => throw new NotSupportedException("a plan runs nothing");
    }
}
