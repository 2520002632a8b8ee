using Faas.Scenarios;
using Faas.Scenarios.Running;

namespace Faas.PerfCompare.Tests;

public sealed class RunPlanTests
{
    /// <summary>A minute below what perf/README.md promises: a shared machine is slower some days.</summary>
    private static readonly TimeSpan s_quickLimit = TimeSpan.FromMinutes(5);

    /// <summary>Two minutes below.</summary>
    private static readonly TimeSpan s_fullLimit = TimeSpan.FromMinutes(23);

    [Fact]
    public void Total_Quick_IsAMinuteBelowItsPromise() => Assert.InRange(new RunPlan(RunOptions.For(Scale.Quick)).Total, TimeSpan.FromMinutes(3), s_quickLimit);

    [Fact]
    public void Total_Full_IsTwoMinutesBelowItsPromise() => Assert.InRange(new RunPlan(RunOptions.For(Scale.Full)).Total, TimeSpan.FromMinutes(15), s_fullLimit);

    [Fact]
    public void Scenarios_SlotsInFull_SweepBothFunctionsFromOneTo32()
    {
        var slots = Assert.Single(new RunPlan(RunOptions.For(Scale.Full)).Scenarios, planned => planned.Scenario.Name == "slots");
        Assert.Equal([1, 2, 4, 8, 16, 32], slots.Groups.Select(group => group.Key.Slots!.Value));
        Assert.All(slots.Groups, group => Assert.Equal([$"hello/{group.Key.Slots}", $"wait/{group.Key.Slots}"], group.Select(load => load.Name)));
    }

    [Fact]
    public void Scenarios_SlotsInQuick_AreLeftOut() =>
        Assert.DoesNotContain(new RunPlan(RunOptions.For(Scale.Quick)).Scenarios, planned => planned.Scenario.Name == "slots");

    [Fact]
    public void Total_SecondCaseOfABaseline_PaysNoSecondStart()
    {
        TimeSpan Of(string only) => new RunPlan(RunOptions.For(Scale.Quick) with { Only = [only] }).Scenarios.Single().Expected;
        var both = new RunPlan(RunOptions.For(Scale.Quick) with { Only = ["hello/c16", "hello/c64"] }).Scenarios.Single();
        Assert.True(both.Expected < Of("hello/c16") + Of("hello/c64"));
    }

    [Fact]
    public void Cases_FullSet_HasEveryCaseOnce() =>
        Assert.All(new RunPlan(RunOptions.For(Scale.Full)).Scenarios, planned =>
        {
            var names = planned.Groups.SelectMany(group => group).Select(load => load.Name).ToArray();
            Assert.Equal(names.Distinct(), names);
        });
}
