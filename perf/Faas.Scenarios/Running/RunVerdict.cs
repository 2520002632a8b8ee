using Faas.PerfCompare.Budgets;
using Faas.PerfCompare.Record;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>What the exit code of a finished run tells, with a line for each thing that is wrong.</summary>
internal static class RunVerdict
{
    /// <summary>
    /// What a case past the capacity is there to see: the server's refusal, and the client's own when it has no
    /// connection left. Any other failure is one in such a case too.
    /// </summary>
    private static readonly string[] s_refusals = ["queue_full", "not_sent"];

    /// <returns>0 = every case ran, no request failed that should not have, and no budget was missed if that was asked; 1 = one of these.</returns>
    public static int Of(IReadOnlyList<CaseRecord> cases, IReadOnlyList<(string Id, string Reason)> notRun, bool requireBudgets, TextWriter output)
    {
        var isBad = notRun.Count > 0;
        foreach (var found in cases)
        {
            var failures = found.Errors.Where(error => !found.Metrics.ContainsKey(MetricRecord.RefusalP99) || !s_refusals.Contains(error.Key)).ToArray();
            if (failures.Length > 0)
            {
                isBad = true;
                output.WriteLine($"requests failed in {found.Id}: {string.Join(", ", failures.Select(error => $"{error.Key} {error.Value}"))}");
            }
        }

        foreach (var (id, reason) in notRun)
        {
            output.WriteLine($"not run: {id}: {reason}");
        }

        foreach (var missed in BudgetTable.ReadRows(RepositoryLayout.Budgets).Select(row => BudgetResult.Of(row, cases)).Where(result => result.IsMeasured && !result.IsMet))
        {
            isBad |= requireBudgets;
            output.WriteLine($"budget missed: {missed.Row.What}");
        }

        return isBad ? 1 : 0;
    }
}
