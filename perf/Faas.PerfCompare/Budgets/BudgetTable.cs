using System.Text;
using System.Text.Json;
using Faas.PerfCompare.Record;
using static System.FormattableString;

namespace Faas.PerfCompare.Budgets;

/// <summary>The budgets as a Markdown table, for a run's report and for docs/PERFORMANCE.md.</summary>
internal static class BudgetTable
{
    private const string Begin = "<!-- budgets: begin (written by scripts/bench) -->";
    private const string End = "<!-- budgets: end -->";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <exception cref="InvalidDataException">A row has no bound or two.</exception>
    /// <exception cref="JsonException">The file is damaged.</exception>
    public static IReadOnlyList<BudgetRow> ReadRows(string file)
    {
        var rows = JsonSerializer.Deserialize<BudgetRow[]>(File.ReadAllBytes(file), s_json) ?? [];
        return rows.FirstOrDefault(row => row.AtLeast is null == row.AtMost is null) is { } wrong
            ? throw new InvalidDataException($"{file}: '{wrong.What}' needs atLeast or atMost, and not both")
            : rows;
    }

    public static string Of(IEnumerable<BudgetRow> rows, IReadOnlyCollection<CaseRecord> cases)
    {
        var table = new StringBuilder();
        table.AppendLine("| what | must | measured | quartiles | | case |");
        table.AppendLine("| --- | --- | ---: | --- | --- | --- |");
        foreach (var result in rows.Select(row => BudgetResult.Of(row, cases)))
        {
            var row = result.Row;
            table.AppendLine(result.IsMeasured
                ? Invariant($"| {row.What} | {Bound(row)} | {Number(result.Value)}{Unit(row)} | {Number(result.Low)} to {Number(result.High)} | {(result.IsMet ? "met" : "**missed**")} | `{row.Case}` |")
                : Invariant($"| {row.What} | {Bound(row)} | not in this run | | | `{row.Case}` |"));
        }

        return table.ToString();
    }

    /// <summary>Writes the table between the two marker comments of the page.</summary>
    /// <returns>False when the page does not have them.</returns>
    public static bool Refresh(string page, string table, string source)
    {
        var text = File.ReadAllText(page);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            return false;
        }

        var fresh = $"{text[..(begin + Begin.Length)]}\n{source}\n\n{table}{text[end..]}";
        File.WriteAllText(page, fresh);
        return true;
    }

    private static string Bound(BudgetRow row)
        => (row.AtLeast is { } least ? $"≥ {Number(least)}" : $"≤ {Number(row.AtMost!.Value)}") + Unit(row) + (row.Aim is { } aim ? $", aim {Number(aim)}" : "");

    private static string Unit(BudgetRow row) => row.Unit.Length == 0 ? "" : " " + row.Unit;

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => Invariant($"{value:N0}"),
        >= 10 => Invariant($"{value:0.#}"),
        _ => Invariant($"{value:0.###}"),
    };
}
