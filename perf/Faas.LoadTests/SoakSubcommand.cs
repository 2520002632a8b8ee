using System.CommandLine;
using Faas.LoadTests.Reporting;
using Faas.LoadTests.Soak;
using Faas.Scenarios.Targets;
using static System.FormattableString;

namespace Faas.LoadTests;

/// <summary><c>soak</c>: does anything leak, and is any answer wrong, when many interpreted functions run for long?</summary>
internal static class SoakSubcommand
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(100); // past the minute after which idle guests end

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "Length of the load", DefaultValueFactory = _ => 10 };
        var functions = new Option<int>("--functions") { Description = "Functions, of three languages in two styles", DefaultValueFactory = _ => 200 };
        var rate = new Option<double>("--rate") { Description = "Calls a second", DefaultValueFactory = _ => 50 };
        var connections = new Option<int>("--connections") { Description = "Callers", DefaultValueFactory = _ => 8 };
        var output = new Option<string>("--output") { Description = "Folder for soak.csv, soak.md and soak.png" };
        var command = new Command("soak", "Python, PHP and JavaScript functions under a mixed load, each output checked")
        {
            minutes, functions, rate, connections, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(functions),
            parsed.GetValue(rate),
            parsed.GetValue(connections),
            parsed.GetValue(output),
            cancellationToken));
        return command;
    }

    /// <summary>0 = no wrong answer, and nothing has grown past <see cref="SoakVerdict.Bound"/>.</summary>
    private static async Task<int> RunAsync(TimeSpan length, int count, double rate, int connections, string? output, CancellationToken cancellationToken)
    {
        var functions = SoakFunctions.Make(count);
        await using var server = await FaasServer.StartAsync(new ServerSettings(), cancellationToken);
        foreach (var function in functions)
        {
            await server.DeployAsync(function, cancellationToken);
        }

        var fresh = SoakSample.Take(0, server.ProcessId, 0);
        var run = new SoakRun(server, functions, rate, connections);
        await run.RunAsync(length, Console.Out, cancellationToken);
        await Task.Delay(s_idle, cancellationToken);
        var idle = SoakSample.Take((length + s_idle).TotalSeconds, server.ProcessId, run.Calls);

        var rows = SoakVerdict.Compare(run.Samples);
        List<string> report =
        [
            Invariant($"{count} functions, {run.Calls:N0} calls in {length.TotalMinutes:0.#} minutes ({rate:0} a second asked for), {run.WrongCalls} wrong answers."), "",
            "| | deployed, not called | first minute after warm-up | last minute | a minute and a half later |", "| --- | --- | --- | --- | --- |",
            Row(rows[0], fresh.Processes, idle.Processes), Row(rows[1], fresh.Descriptors, idle.Descriptors), Row(rows[2], fresh.PssMib, idle.PssMib),
            .. run.Wrong.Select(wrong => "- " + wrong),
        ];
        report.ForEach(Console.WriteLine);
        if (output is not null)
        {
            Directory.CreateDirectory(output);
            File.WriteAllLines(Path.Combine(output, "soak.md"), report);
            File.WriteAllLines(
                Path.Combine(output, "soak.csv"),
                ["seconds,processes,descriptors,pssMib,calls", .. run.Samples.Select(s => Invariant($"{s.Seconds:F0},{s.Processes},{s.Descriptors},{s.PssMib:F1},{s.Calls}"))]);
            SoakPlot.Write(Path.Combine(output, "soak.png"), run.Samples);
        }

        return run.WrongCalls == 0 && !rows.Any(SoakVerdict.HasGrown) ? 0 : 1;
    }

    private static string Row((string What, double Before, double After) row, double fresh, double idle)
        => Invariant($"| {row.What} | {fresh:N0} | {row.Before:N0} | {row.After:N0}{(SoakVerdict.HasGrown(row) ? " **grown**" : "")} | {idle:N0} |");
}
