using System.CommandLine;
using Faas.PerfCompare.Budgets;
using Faas.PerfCompare.Record;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests;

/// <summary><c>budgets</c>: the table of budgets from recorded runs, into docs/PERFORMANCE.md.</summary>
internal static class BudgetsSubcommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("RESULTS") { Description = "Recorded runs; where two have a case, the later one counts", Arity = ArgumentArity.OneOrMore };
        var command = new Command("budgets", "Show the budgets against recorded runs, and write the table into docs/PERFORMANCE.md") { folders };
        command.SetAction(parsed => Refresh(parsed.GetValue(folders)!));
        return command;
    }

    /// <returns>0 = written; 1 = the page has no place for it; 2 = the runs do not belong together.</returns>
    public static int Refresh(IReadOnlyList<string> folders)
    {
        var runs = folders.Select(folder => (Folder: Path.GetFullPath(folder), Run: RunRecord.Read(folder))).ToArray();
        if (RunRecord.WhyNotTogether([.. runs.Select(entry => entry.Run)]) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 2;
        }

        var table = BudgetTable.Of(BudgetTable.ReadRows(RepositoryLayout.Budgets), [.. runs.SelectMany(entry => entry.Run.Cases)]);
        Console.Write(table);
        var docs = Path.GetDirectoryName(RepositoryLayout.PerformancePage)!;
        var sources = runs.Select(entry =>
        {
            var link = Path.GetRelativePath(docs, entry.Folder).Replace('\\', '/').TrimEnd('/');
            return $"[{Path.GetFileName(link)}]({link}/report.md)";
        });
        return BudgetTable.Refresh(RepositoryLayout.PerformancePage, table, $"From {string.Join(", ", sources)}:") ? 0 : 1;
    }
}
