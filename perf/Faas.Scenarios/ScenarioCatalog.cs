namespace Faas.Scenarios;

/// <summary>Every scenario. A new one is a class and a line here.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new HelloScenario(),
        new RateSweepScenario(),
        new StrategyScenario(),
        new ManyFunctionsScenario(),
        new WorkersScenario(),
        new SlotsScenario(),
        new TransportScenario(),
        new EngineScenario(),
        new PayloadScenario(),
        new LanguageScenario(),
        new RuntimesScenario(),
        new OverloadScenario(),
        new PeerScenario(),
    ];
}
