using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;

namespace Faas.PerfCompare.Budgets;

/// <summary>A row and what a run found.</summary>
/// <param name="Value">Median over the repetitions; NaN when the run does not have the case.</param>
/// <param name="Low">First quartile.</param>
/// <param name="High">Third quartile.</param>
internal sealed record BudgetResult(BudgetRow Row, double Value, double Low, double High)
{
    public bool IsMeasured => !double.IsNaN(Value);

    public bool IsMet => Value >= (Row.AtLeast ?? double.NegativeInfinity) && Value <= (Row.AtMost ?? double.PositiveInfinity);

    public static BudgetResult Of(BudgetRow row, IEnumerable<CaseRecord> cases)
    {
        var samples = cases.LastOrDefault(found => found.Id == row.Case)?.Metrics.GetValueOrDefault(row.Figure) is { } metric
            ? (row.Relative ? Sample.Ratios(metric.Samples, metric.Baseline) : [.. metric.Samples])
            : [];
        samples = [.. samples.Where(double.IsFinite).Select(value => value * row.Scale)];
        return new BudgetResult(row, Sample.Median(samples), Sample.Quantile(samples, 0.25), Sample.Quantile(samples, 0.75));
    }
}
