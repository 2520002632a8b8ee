using System.CommandLine;
using System.Globalization;
using Faas.Lab.Reporting;
using Faas.Lab.Synthesis;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Recording.Traces;

namespace MiniFaas.Lab;

/// <summary><c>minifaas lab synth LOAD FILE</c>: a trace of a made-up load, to try strategies without a server.</summary>
internal static class LabSynthCommand
{
    private static readonly (string Name, SyntheticLoad Load)[] s_loads =
    [
        ("uniform", SyntheticLoad.Uniform), ("heavy", SyntheticLoad.Heavy), ("zipf", SyntheticLoad.Zipf), ("slow-worker", SyntheticLoad.SlowWorker),
    ];

    public static Command Create()
    {
        var names = string.Join(", ", s_loads.Select(load => load.Name));
        var load = new Argument<SyntheticLoad>("LOAD")
        {
            Description = $"One of {names}",
            CustomParser = result =>
            {
                var found = Array.FindIndex(s_loads, load => load.Name.Equals(result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase));
                if (found < 0)
                {
                    result.AddError($"{result.Tokens[0].Value}: must be one of {names}");
                    return default;
                }

                return s_loads[found].Load;
            },
        };
        var file = new Argument<string>("FILE") { Description = "Where the trace goes; replaced if it is there" };
        var count = new Option<int>("--count") { HelpName = "N", Description = "Invocations", DefaultValueFactory = _ => 1_000_000 };
        var workers = new Option<int>("--workers") { HelpName = "N", Description = "Workers of the pool", DefaultValueFactory = _ => 4 };
        var slots = new Option<int>("--slots") { HelpName = "N", Description = "Invocations at once a worker", DefaultValueFactory = _ => 16 };
        var utilisation = new Option<double>("--utilisation") { HelpName = "SHARE", Description = "Share of all slots that is busy", DefaultValueFactory = _ => 0.7 };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "Of the random numbers", DefaultValueFactory = _ => 1 };
        Between(count, 1, 20_000_000);
        Between(workers, 1, 1024);
        Between(slots, 1, 1024);
        Between(utilisation, 0.001, 100);
        var command = new Command("synth", "Make up a trace: uniform, heavy tail, many functions, one slow worker") { load, file, count, workers, slots, utilisation, seed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var trace = TraceSynthesizer.Create(new SynthesisOptions
            {
                Load = parsed.GetValue(load),
                Invocations = parsed.GetValue(count),
                Workers = parsed.GetValue(workers),
                Slots = parsed.GetValue(slots),
                Utilisation = parsed.GetValue(utilisation),
                Seed = parsed.GetValue(seed),
            });
            var path = parsed.GetValue(file)!;
            try
            {
                await TraceFile.WriteAsync(path, trace, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Messages.Error($"{path}: {exception.Message}");
                return ExitCode.Failed;
            }

            Messages.Note(ReplayReport.Describe(trace) + $"; next: minifaas lab replay {path}");
            return ExitCode.Success;
        });
        return command;
    }

    private static void Between(Option option, double least, double most) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !(value >= least && value <= most))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {token.Value}: must be from {least} to {most}"));
        }
    });
}
