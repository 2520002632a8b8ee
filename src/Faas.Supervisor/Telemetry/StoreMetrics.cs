using System.Diagnostics.Metrics;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Telemetry;

/// <summary>What is deployed.</summary>
internal static class StoreMetrics
{
    public static void Register(Meter meter, FunctionStore store) =>
        meter.CreateObservableGauge("faas.functions", () => store.List().Count, "{function}", "Functions deployed.");
}
