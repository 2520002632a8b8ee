using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>The selected cases of a scenario by the server they share, and about how long they take together.</summary>
internal sealed record PlannedScenario(IScenario Scenario, IReadOnlyList<IGrouping<ServerSettings, LoadCase>> Groups, TimeSpan Expected);
