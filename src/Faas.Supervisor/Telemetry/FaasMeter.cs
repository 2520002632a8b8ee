using System.Diagnostics.Metrics;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// The meter of this process. Its instruments carry OpenTelemetry names and units; <see cref="PrometheusName"/> says what
/// becomes of them on <c>/metrics</c>.
/// </summary>
internal static class FaasMeter
{
    public const string Name = "MiniFaas";

    public static Meter Create() => new(Name, typeof(FaasMeter).Assembly.GetName().Version?.ToString(fieldCount: 3));

    public static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
