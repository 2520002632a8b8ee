using System.Globalization;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>
/// A strict reader of Prometheus' text format: every sample belongs to the family above it, each family is there once with
/// help and type, no series twice, histograms are whole and ascending.
/// </summary>
internal sealed partial class PrometheusPage
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    private PrometheusPage(string text)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var family = "";
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var words = line.Split(' ', 4);
                Assert.True(words.Length == 4 && words[3].Length > 0 && !types.ContainsKey(words[2]), line);
                family = words[2];
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.True(words.Length == 4 && words[2] == family && types.TryAdd(family, words[3]), line);
                Assert.Contains(words[3], new[] { "counter", "gauge", "histogram" });
                Assert.True(words[3] == "counter" == family.EndsWith("_total", StringComparison.Ordinal), line);
            }
            else
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                var name = sample.Groups["name"].Value;
                Assert.True(name == family || (types[family] == "histogram" && Ending().Replace(name, "") == family), line);
                Assert.True(_samples.TryAdd(name + sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)), line);
            }
        }

        foreach (var histogram in _samples.Keys.Where(key => key.Contains("_bucket{", StringComparison.Ordinal)).GroupBy(key => Bound().Replace(key, "}")))
        {
            var counts = histogram.Select(key => _samples[key]).ToArray();
            Assert.Equal(counts.Order(), counts);
            Assert.EndsWith("le=\"+Inf\"}", histogram.Last(), StringComparison.Ordinal);
            Assert.Equal(counts[^1], _samples[histogram.Key.Replace("_bucket{", "_count{", StringComparison.Ordinal)]);
            Assert.Contains(histogram.Key.Replace("_bucket{", "_sum{", StringComparison.Ordinal), _samples);
        }
    }

    public IEnumerable<string> Series => _samples.Keys;

    public static async Task<PrometheusPage> ReadAsync(MiniFaasServer server)
    {
        var answer = await server.GetAsync("/metrics");
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        return new(answer.Body);
    }

    /// <summary>Sum of the series of a name whose labels contain all of these texts.</summary>
    public double Sum(string name, params string[] labels) => _samples
        .Where(sample => sample.Key.Split('{')[0] == name && labels.All(label => sample.Key.Contains(label, StringComparison.Ordinal)))
        .Sum(sample => sample.Value);

    private static double Number(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^(?<name>[a-z_:][a-z0-9_:]*)(?<labels>\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? (?<value>[-+0-9.eE]+|\+Inf)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Ending();

    [GeneratedRegex(",?le=\"[^\"]*\"}$")]
    private static partial Regex Bound();
}
