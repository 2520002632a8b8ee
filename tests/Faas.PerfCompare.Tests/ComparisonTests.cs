using System.Diagnostics;
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

    [Fact]
    public void WhyNotTogether_RunsOfTwoDrivers_NamesBoth()
    {
        var reason = RunRecord.WhyNotTogether([Run(s_rates), Run(s_rates) with { Driver = "another" }]);
        Assert.Contains("another", reason, StringComparison.Ordinal);
        Assert.Null(RunRecord.WhyNotTogether([Run(s_rates), Run(s_rates)]));
    }

    [Fact]
    public void Read_ARunOfBeforeDriversWereNamed_IsOfTheBuiltInOne()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Run(s_rates).Write(folder.FullName);
            var file = Path.Combine(folder.FullName, RunRecord.FileName);
            File.WriteAllLines(file, File.ReadAllLines(file).Where(line => !line.Contains("\"driver\"", StringComparison.Ordinal)));
            Assert.Equal(RunRecord.BuiltInDriver, RunRecord.Read(file).Driver);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Program_RunsOfTwoDrivers_RefusesToCompareThem()
    {
        var before = Directory.CreateTempSubdirectory();
        var after = Directory.CreateTempSubdirectory();
        try
        {
            Run(s_rates).Write(before.FullName);
            (Run(s_rates) with { Driver = "another" }).Write(after.FullName);
            Assert.Equal(2, await CompareAsync(before.FullName, after.FullName));
            Assert.Equal(0, await CompareAsync(before.FullName, before.FullName));
        }
        finally
        {
            before.Delete(recursive: true);
            after.Delete(recursive: true);
        }

        static async Task<int> CompareAsync(params string[] folders)
        {
            using var program = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Faas.PerfCompare"), folders)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            _ = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
            return program.ExitCode;
        }
    }

    [Fact]
    public void Write_AFigureThatOneDriverDoesNotTell_IsNotKnown()
    {
        using var table = new StringWriter();
        ComparisonTable.Write(table, Comparison.Compare(Run(s_rates, gated: false), Run([double.NaN], gated: false), new ComparisonOptions()));
        Assert.Contains("not known", table.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", table.ToString(), StringComparison.Ordinal);
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
