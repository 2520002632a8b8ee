using Faas.PerfCompare.Budgets;
using Faas.PerfCompare.Record;

namespace Faas.PerfCompare.Tests;

public sealed class BudgetTableTests
{
    private static readonly BudgetRow s_row = new() { What = "p99", Case = "rate/peak50", Figure = MetricRecord.P99, Scale = 0.001, AtMost = 2, Unit = "ms" };

    [Fact]
    public void Of_WithinTheBound_IsMet() => Assert.True(BudgetResult.Of(s_row, [Case([1_900, 1_000, 5_000])]).IsMet);

    [Fact]
    public void Of_PastTheBound_IsMissed() => Assert.False(BudgetResult.Of(s_row, [Case([2_100, 1_000, 5_000])]).IsMet);

    [Fact]
    public void Of_Figure_IsScaledToItsUnit() => Assert.Equal(1.9, BudgetResult.Of(s_row, [Case([1_900])]).Value, 6);

    [Fact]
    public void Of_Relative_DividesByTheBaseline()
        => Assert.Equal(0.5, BudgetResult.Of(s_row with { Relative = true, Scale = 1 }, [Case([2, 3], [4, 6])]).Value, 6);

    [Fact]
    public void Of_CaseOfTwoRuns_IsTheLater() => Assert.Equal(1, BudgetResult.Of(s_row, [Case([3_000]), Case([1_000])]).Value, 6);

    [Fact]
    public void Of_CaseNotRun_IsNotMeasured() => Assert.False(BudgetResult.Of(s_row, []).IsMeasured);

    [Fact]
    public void Refresh_BetweenItsMarkers_ReplacesTheTableOnly()
    {
        using var page = new TextFile("before\n<!-- budgets: begin (written by scripts/bench) -->\nold\n<!-- budgets: end -->\nafter\n");
        Assert.True(BudgetTable.Refresh(page.Path, "new\n", "From a run:"));
        Assert.Equal("before\n<!-- budgets: begin (written by scripts/bench) -->\nFrom a run:\n\nnew\n<!-- budgets: end -->\nafter\n", File.ReadAllText(page.Path));
    }

    [Fact]
    public void Refresh_PageWithoutMarkers_IsLeftAlone()
    {
        using var page = new TextFile("nothing here\n");
        Assert.False(BudgetTable.Refresh(page.Path, "new\n", ""));
        Assert.Equal("nothing here\n", File.ReadAllText(page.Path));
    }

    [Fact]
    public void ReadRows_OfTheRepository_HaveOneBoundEach() => Assert.NotEmpty(BudgetTable.ReadRows(Path.Combine(Repository(), "perf", "budgets.json")));

    [Fact]
    public void ReadRows_WithoutABound_AreRefused()
    {
        using var file = new TextFile("""[{ "what": "x", "case": "a/b", "figure": "c" }]""");
        Assert.Throws<InvalidDataException>(() => BudgetTable.ReadRows(file.Path));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MiniFaas.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside of the repository");
    }

    private static CaseRecord Case(double[] samples, double[]? baseline = null) => new()
    {
        Id = "rate/peak50",
        Scenario = "rate",
        Description = "",
        Metrics = new Dictionary<string, MetricRecord> { [MetricRecord.P99] = MetricRecord.Of(Better.Lower, samples) with { Baseline = baseline ?? [] } },
    };

    private sealed class TextFile : IDisposable
    {
        public TextFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
