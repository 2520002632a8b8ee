using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniFaas.Top;

/// <summary>The picture: one line of the whole, workers, the busiest functions.</summary>
internal static class TopView
{
    private const int MostFunctions = 15;
    private const int BarWidth = 16;

    public static IRenderable Draw(TopTick tick, LoadTrend trend)
    {
        string failures = tick.Load.Failures > 0 ? $"[red]{Rate(tick.Load.Failures)} failed/s[/]" : "[dim]0 failed/s[/]";
        var rows = new List<IRenderable>
        {
            new Markup($"[bold]{Rate(tick.Load.Rate)}[/] requests/s  {failures}  p50 [bold]{Time(tick.Load.P50)}[/]  p95 {Time(tick.Load.P95)}  p99 {Time(tick.Load.P99)}"),
            new Markup($"[dim]strategy[/] {Markup.Escape(tick.Strategy)}  [dim]running[/] {tick.Running}  [dim]queued[/] {tick.Queued} [dim]of {tick.QueueMax}[/]"),
        };
        if (trend.ToString() is { Length: > 0 } line)
        {
            rows.Add(new Markup($"[cyan]{line}[/]"));
        }

        rows.Add(Workers(tick.Workers));
        rows.Add(tick.Functions.Count > 0 ? Functions(tick.Functions) : new Markup("[dim]no invocations in the last second[/]"));
        return new Rows(rows);
    }

    private static Table Workers(IReadOnlyList<TopWorker> workers)
    {
        Table table = NewTable("WORKER", "STATE", "PID", "ENGINE", "SLOTS IN USE", "PLACED", "RESTARTS", "MEMORY");
        foreach (TopWorker worker in workers)
        {
            string state = worker.State == "ready" ? "[green]ready[/]" : $"[yellow]{Markup.Escape(worker.State)}[/]";
            int filled = worker.Slots == 0 ? 0 : (int)Math.Ceiling((double)worker.Busy / worker.Slots * BarWidth);
            string bar = $"[cyan]{new string('━', filled)}[/][dim]{new string('─', BarWidth - filled)}[/] {worker.Busy}/{worker.Slots}";
            table.AddRow(
                Text(worker.Index), new Markup(state), Text(worker.ProcessId), new Text(worker.Backend), new Markup(bar), Text(worker.Placed), Text(worker.Restarts),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{worker.MemoryBytes / 1048576.0:0.0} MiB")));
        }

        return table;
    }

    private static Table Functions(IReadOnlyList<TopFunction> functions)
    {
        Table table = NewTable("FUNCTION", "REQUESTS/S", "FAILED/S", "P50", "P95", "P99");
        foreach (TopFunction function in functions.OrderByDescending(function => function.Load.Rate).Take(MostFunctions))
        {
            TopLoad load = function.Load;
            table.AddRow(
                new Text(function.Name), new Text(Rate(load.Rate)), new Markup(load.Failures > 0 ? $"[red]{Rate(load.Failures)}[/]" : "[dim]0[/]"),
                new Text(Time(load.P50)), new Text(Time(load.P95)), new Text(Time(load.P99)));
        }

        if (functions.Count > MostFunctions)
        {
            table.Caption = new TableTitle($"and {functions.Count - MostFunctions} more");
        }

        return table;
    }

    private static Table NewTable(params string[] headings)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        return table;
    }

    private static Text Text(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    private static string Rate(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    private static string Time(double? microseconds) => microseconds switch
    {
        null => "–",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds:0} µs"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000:0.00} s"),
    };
}
