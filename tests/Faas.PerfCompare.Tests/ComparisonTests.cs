using Faas.PerfCompare.Record;

namespace Faas.PerfCompare.Tests;

public sealed class ComparisonTests
{
    private static readonly double[] s_rates = [100, 102, 98, 101, 99];

    [Fact]
    public void Compare_SameFigures_AreTheSame() =>
        Assert.Equal(Verdict.Same, Only(Run(s_rates), Run(s_rates)));

    [Fact]
    public void Compare_ThirtyPercentFewerRequests_IsSlower() =>
        Assert.Equal(Verdict.Slower, Only(Run(s_rates), Run(s_rates.Select(rate => rate * 0.7))));

    [Fact]
    public void Compare_ThirtyPercentMoreRequests_IsFaster() =>
        Assert.Equal(Verdict.Faster, Only(Run(s_rates), Run(s_rates.Select(rate => rate * 1.3))));

    [Fact]
    public void Compare_WithinTheThreshold_IsTheSame() =>
        Assert.Equal(Verdict.Same, Only(Run(s_rates), Run(s_rates.Select(rate => rate * 0.95))));

    [Fact]
    public void Compare_SlowerMachineWithItsBaseline_IsTheSame() =>
        Assert.Equal(Verdict.Same, Only(Run(s_rates, baseline: 200), Run(s_rates.Select(rate => rate / 2), baseline: 100)));

    [Fact]
    public void Compare_LongerLatency_IsSlower() =>
        Assert.Equal(Verdict.Slower, Only(Run(s_rates, better: Better.Lower), Run(s_rates.Select(us => us * 1.5), better: Better.Lower)));

    [Fact]
    public void Compare_ThreeRepetitions_AreTooFewForAVerdict() =>
        Assert.Equal(Verdict.Same, Only(Run(s_rates.Take(3)), Run(s_rates.Take(3).Select(rate => rate * 0.7))));

    [Fact]
    public void Compare_CaseGone_IsMissing() =>
        Assert.Equal(Verdict.Missing, Only(Run(s_rates), Run(s_rates) with { Cases = [] }));

    [Fact]
    public void Compare_CaseGoneFromASelection_IsSkipped() =>
        Assert.Empty(Comparison.Compare(Run(s_rates), Run(s_rates) with { Cases = [] }, new ComparisonOptions { AllowMissing = true }));

    [Fact]
    public void Compare_FigureNotGated_HasNoVerdict() =>
        Assert.Equal(Verdict.Informative, Only(Run(s_rates, gated: false), Run(s_rates.Select(rate => rate * 0.5))));

    [Fact]
    public void Compare_ThresholdOfTheFigure_Counts() =>
        Assert.Equal(Verdict.Same, Assert.Single(Comparison.Compare(
            Run(s_rates), Run(s_rates.Select(rate => rate * 0.7)), new ComparisonOptions { ThresholdOf = (_, _) => 0.5 })).Verdict);

    [Fact]
    public void Write_ThenRead_IsTheSameRun()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Run([1, double.NaN]).Write(folder.FullName);
            var read = RunRecord.Read(folder.FullName);
            Assert.Equal([1, double.NaN], read.Cases[0].Metrics[MetricRecord.RequestsPerSecond].Samples);
            Assert.Equal("abc", read.Machine.Commit);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Verdict Only(RunRecord before, RunRecord after)
        => Assert.Single(Comparison.Compare(before, after, new ComparisonOptions())).Verdict;

    private static RunRecord Run(IEnumerable<double> samples, double? baseline = null, Better better = Better.Higher, bool gated = true)
    {
        var listed = samples.ToArray();
        return new RunRecord
        {
            Mode = "quick",
            Machine = new MachineFacts { Commit = "abc", StartedUtc = "", Cpu = "", Kernel = "", Runtime = "" },
            Cases =
            [
                new CaseRecord
                {
                    Id = "hello/c64",
                    Scenario = "hello",
                    Description = "",
                    Metrics = new Dictionary<string, MetricRecord>
                    {
                        [MetricRecord.RequestsPerSecond] = new()
                        {
                            Better = better,
                            Gated = gated,
                            Samples = listed,
                            Baseline = baseline is { } value ? [.. listed.Select(_ => value)] : [],
                        },
                    },
                },
            ],
        };
    }
}
