using System.Text;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// The Prometheus name of an instrument, by the rules of OpenTelemetry's "Prometheus and OpenMetrics Compatibility": dots
/// become underscores, the unit is written out, counters end in <c>_total</c>. A gauge of the runtime that ends in
/// <c>.count</c> becomes a plural, since Prometheus keeps that ending for histograms.
/// </summary>
internal static class PrometheusName
{
    public static string Of(string instrument, string? unit, bool isCounter)
    {
        const string Count = ".count";
        if (instrument.EndsWith(Count, StringComparison.Ordinal))
        {
            instrument = instrument[..^Count.Length] + "s";
        }

        var name = new StringBuilder(instrument).Replace('.', '_').Replace('-', '_');
        var suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "", // 1, or in braces what is counted: the name says it already
        };
        return name.Append(suffix).Append(isCounter ? "_total" : "").ToString();
    }
}
