using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Builds a scenario up.</summary>
public static class Scenario
{
    public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run) => new(name, run);

    public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario with { WarmUpDuration = null };

    public static ScenarioProps WithWarmUpDuration(this ScenarioProps scenario, TimeSpan duration) => scenario with { WarmUpDuration = duration };

    public static ScenarioProps WithMaxFailCount(this ScenarioProps scenario, int failCount) => scenario with { MaxFailCount = failCount };

    public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] loadSimulations)
        => scenario with { LoadSimulations = loadSimulations };
}
