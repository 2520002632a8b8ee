using System.Text.Json;

namespace MiniFaas.Top;

/// <summary>What ended in a second.</summary>
/// <param name="Rate">Invocations per second.</param>
/// <param name="Failures">Of them failed, per second.</param>
/// <param name="P50">Median, µs; null when nothing ran.</param>
/// <param name="P95">µs.</param>
/// <param name="P99">µs.</param>
internal sealed record TopLoad(double Rate, double Failures, double? P50, double? P95, double? P99)
{
    public static TopLoad Parse(JsonElement json) =>
        new(json.GetProperty("rate").GetDouble(), json.GetProperty("failures").GetDouble(), Number(json, "p50"), Number(json, "p95"), Number(json, "p99"));

    private static double? Number(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;
}
