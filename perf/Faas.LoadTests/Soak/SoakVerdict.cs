using Faas.PerfCompare.Statistics;

namespace Faas.LoadTests.Soak;

/// <summary>Growth over a run: the last minute against the first one after the warm-up, medians of six samples.</summary>
internal static class SoakVerdict
{
    /// <summary>Past it a figure has grown: what is warm depends on the last calls, which moves it by a tenth.</summary>
    public const double Bound = 1.25;

    private const int SamplesAMinute = 6;

    public static IReadOnlyList<(string What, double Before, double After)> Compare(IReadOnlyList<SoakSample> samples)
    {
        // Half of a short run is warm-up; of a long one two minutes: until then guests are still being started.
        var steady = samples.Skip(Math.Min(samples.Count / 2, 2 * SamplesAMinute)).ToArray();
        var first = steady.Take(SamplesAMinute).ToArray();
        var last = steady.TakeLast(SamplesAMinute).ToArray();
        return
        [
            Row("processes", sample => sample.Processes),
            Row("file descriptors", sample => sample.Descriptors),
            Row("memory (PSS), MiB", sample => sample.PssMib),
        ];

        (string, double, double) Row(string what, Func<SoakSample, double> figure)
            => (what, Sample.Median([.. first.Select(figure)]), Sample.Median([.. last.Select(figure)]));
    }

    public static bool HasGrown((string What, double Before, double After) row) => row.After > Bound * row.Before;
}
