using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Faas.Lab.Replaying;
using Faas.Lab.Reporting;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Recording.Traces;
using Faas.Supervisor.Scheduling;
using MiniFaas.Client;

namespace MiniFaas.Lab;

/// <summary><c>minifaas lab replay FILE</c>: the trace under each strategy, in virtual time.</summary>
internal static class LabReplayCommand
{
    private const int MaxWorkers = 1024;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A trace of 'lab record' or 'lab synth'" };
        var workers = Numbers("--workers", "N,…", "Sizes of the pool (default: as recorded)", value => value is >= 1 and <= MaxWorkers && value == Math.Floor(value));
        var slots = new Option<int?>("--slots") { HelpName = "N", Description = "Invocations at once a worker (default: as recorded)" };
        var queue = new Option<int?>("--queue") { HelpName = "N", Description = "Invocations that may wait (default: as recorded)" };
        var strategies = new Option<string?>("--strategy") { HelpName = "NAME,…", Description = "Which strategies (default: all)" };
        var speeds = Numbers("--speeds", "S,…", "Speed of each worker: 0.5,1 makes every other one half as fast", value => value > 0);
        var weights = Numbers("--weights", "W,…", "Weight of each worker, for WEIGHTED", value => value > 0);
        var processors = new Option<double>("--processors") { HelpName = "N", Description = "Processors of each worker, shared by what it runs; 0: as many as needed" };
        var warm = new Option<int>("--warm") { HelpName = "N", Description = "Functions that a worker keeps loaded; 0: all" };
        var load = new Option<double>("--load") { HelpName = "X", Description = "Arrivals so many times as fast", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "Of the strategies that draw", DefaultValueFactory = _ => 1 };
        var svg = new Option<string?>("--svg") { HelpName = "FILE", Description = "Draw the figures into this file" };
        Option<OutputFormat> output = ClientCommand.Output();
        AtLeast(slots, 1);
        AtLeast(queue, 0);
        AtLeast(processors, 0);
        AtLeast(warm, 0);
        AtLeast(load, 1e-6);
        strategies.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.SelectMany(token => token.Value.Split(',')).Where(name => !StrategyCatalog.TryGetName(name, out _)))
            {
                result.AddError($"--strategy {name}: must be of {string.Join(", ", StrategyCatalog.Names)}, with commas between them");
            }
        });
        var command = new Command("replay", "Replay a trace under every strategy, in virtual time")
        {
            file, workers, slots, queue, strategies, speeds, weights, processors, warm, load, seed, svg, output,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!,
            new ReplayOptions
            {
                Slots = parsed.GetValue(slots),
                QueueLength = parsed.GetValue(queue),
                Speeds = parsed.GetValue(speeds),
                Weights = parsed.GetValue(weights),
                Processors = parsed.GetValue(processors),
                WarmFunctions = parsed.GetValue(warm),
                Load = parsed.GetValue(load),
                Seed = parsed.GetValue(seed),
            },
            parsed.GetValue(strategies)?.Split(',') ?? [.. StrategyCatalog.Names],
            [.. (parsed.GetValue(workers) ?? []).Select(count => (int)count)],
            parsed.GetValue(svg),
            parsed.GetValue(output)));
        return command;
    }

    private static int Run(string file, ReplayOptions options, string[] strategies, int[] workers, string? svg, OutputFormat output)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var trace = TraceFile.Read(file);
            var load = ReplayLoad.Of(trace, options);
            var replays = new List<ReplayFigures>();
            foreach (var count in workers.Length > 0 ? workers : [trace.Header.Workers.Count])
            {
                replays.AddRange(strategies.Select(strategy => Replayer.Run(load, options, strategy, count)));
            }

            var recorded = RecordedFigures.Of(trace);
            var took = Stopwatch.GetElapsedTime(started);
            if (output == OutputFormat.Json)
            {
                ReplayReport.WriteJson(Console.Out, trace, recorded, replays, took);
            }
            else
            {
                Messages.Note(ReplayReport.Describe(trace));
                DataTable.Write(ReplayReport.Headings(), ReplayReport.Cells(ReplayReport.Rows(recorded, replays)));
                Messages.Note(string.Create(CultureInfo.InvariantCulture, $"{replays.Count} replays in {took.TotalSeconds:F1} s"));
            }

            if (svg is not null)
            {
                File.WriteAllText(svg, ReplayDrawing.Create($"{Path.GetFileName(file)}: {ReplayReport.Describe(trace)}", ReplayReport.Rows(recorded, replays)));
            }

            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is TraceFormatException or IOException or UnauthorizedAccessException)
        {
            Messages.Error($"{file}: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private static Option<double[]?> Numbers(string name, string help, string description, Predicate<double> isGood) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result =>
        {
            var numbers = new List<double>();
            foreach (var text in result.Tokens[0].Value.Split(','))
            {
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !isGood(number))
                {
                    result.AddError($"{name} {text}: not a number that it takes");
                    return null;
                }

                numbers.Add(number);
            }

            return [.. numbers];
        },
    };

    private static void AtLeast(Option option, double least) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !(value >= least))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {token.Value}: must be at least {least}"));
        }
    });
}
