using System.Globalization;
using System.Text;

namespace Faas.Supervisor.Telemetry;

/// <summary>Prometheus' text format, version 0.0.4: families with their help and type, each followed by its samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private string _family = "";

    /// <summary>Begins a family; its samples follow.</summary>
    /// <param name="name">With unit and ending.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One sentence.</param>
    public void BeginFamily(string name, string type, string help)
    {
        _family = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public void Add(ReadOnlySpan<KeyValuePair<string, object?>> labels, double value) => AddSample("", labels, null, value);

    /// <summary>The samples of one histogram.</summary>
    /// <param name="labels">Without <c>le</c>.</param>
    /// <param name="bounds">Upper bounds in seconds.</param>
    /// <param name="counts">Of each bucket alone, one more than there are bounds.</param>
    /// <param name="sum">Sum of all values.</param>
    public void AddHistogram(ReadOnlySpan<KeyValuePair<string, object?>> labels, ReadOnlySpan<double> bounds, ReadOnlySpan<long> counts, double sum)
    {
        var total = 0L;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            total += counts[bucket];
            AddSample("_bucket", labels, bucket < bounds.Length ? Number(bounds[bucket]) : "+Inf", total);
        }

        AddSample("_sum", labels, null, sum);
        AddSample("_count", labels, null, total);
    }

    public override string ToString() => _text.ToString();

    private void AddSample(string ending, ReadOnlySpan<KeyValuePair<string, object?>> labels, string? bound, double value)
    {
        _text.Append(_family).Append(ending);
        var separator = '{';
        foreach (var (name, label) in labels)
        {
            AddLabel(ref separator, name.Replace('.', '_'), Convert.ToString(label, CultureInfo.InvariantCulture) ?? "");
        }

        if (bound is not null)
        {
            AddLabel(ref separator, "le", bound);
        }

        _text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private void AddLabel(ref char separator, string name, string value)
    {
        _text.Append(separator).Append(name).Append("=\"");
        separator = ',';
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => _text.Append(@"\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append(@"\n"),
                _ => _text.Append(letter),
            };
        }

        _text.Append('"');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
