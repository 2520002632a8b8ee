using Faas.PerfCompare.Record;
using Faas.Scenarios.Running;

namespace Faas.PerfCompare.Tests;

public sealed class RunVerdictTests
{
    [Fact]
    public void Of_NothingFailed_IsZero() => Assert.Equal(0, Of(Case(expectsRefusals: false)));

    [Fact]
    public void Of_RefusalsOfACaseThatIsThereToSeeThem_IsZero() => Assert.Equal(0, Of(Case(expectsRefusals: true, "queue_full", "not_sent")));

    [Fact]
    public void Of_RefusalsOfAnotherCase_IsOne() => Assert.Equal(1, Of(Case(expectsRefusals: false, "queue_full")));

    [Fact]
    public void Of_AnotherFailureBesideExpectedRefusals_IsOne() => Assert.Equal(1, Of(Case(expectsRefusals: true, "queue_full", "worker_crashed")));

    [Fact]
    public void Of_ACaseThatDidNotRun_IsOne() => Assert.Equal(1, RunVerdict.Of([], [("hello/c1", "no compiler")], requireBudgets: false, TextWriter.Null));

    private static int Of(CaseRecord found) => RunVerdict.Of([found], [], requireBudgets: false, TextWriter.Null);

    private static CaseRecord Case(bool expectsRefusals, params string[] errors)
    {
        var metric = MetricRecord.Of(Better.Lower, [1.0]);
        return new CaseRecord
        {
            Id = "some/case",
            Scenario = "some",
            Description = "",
            Metrics = expectsRefusals ? new() { [MetricRecord.RefusalP99] = metric } : new Dictionary<string, MetricRecord> { [MetricRecord.P50] = metric },
            Errors = errors.ToDictionary(error => error, _ => 1L),
        };
    }
}
