using System.Globalization;
using Faas.Scenarios;
using Faas.Scenarios.Running;

namespace Faas.NBomber;

/// <summary>What the command line asks for. Read by hand: the library that reads the others' would be one of the supervisor's packages.</summary>
internal sealed record NBomberOptions
{
    public const string Usage = """
        usage: bench nbomber [quick|full] [--only a,b] [--repetitions N] [--seconds S] [--output DIR] [--require-budgets] [--plan]
          --only             scenarios or case ids
          --repetitions      of each case, 1 or more (default 1: a run takes its seconds and three more)
          --seconds          of each measurement, 2 or more (default 5; full: 10)
          --output           result folder (default: perf/results/UTC-COMMIT)
          --require-budgets  exit 1 when a budget that the run measures is missed
          --plan             only say what would be run and how long it takes on two processors
        """;

    public required RunOptions Run { get; init; }

    /// <summary>Null = <c>perf/results/UTC-COMMIT</c>.</summary>
    public string? Output { get; init; }

    public bool OnlyPlan { get; init; }

    public bool RequireBudgets { get; init; }

    /// <exception cref="FormatException">What is wrong, for a person.</exception>
    public static NBomberOptions Parse(IReadOnlyList<string> arguments)
    {
        var at = 0;
        var scale = Scale.Quick;
        if (arguments.Count > 0 && !arguments[0].StartsWith('-'))
        {
            scale = arguments[at++] switch
            {
                "quick" => Scale.Quick,
                "full" => Scale.Full,
                var other => throw new FormatException($"'{other}' is neither quick nor full"),
            };
        }

        var options = new NBomberOptions
        {
            Run = RunOptions.For(scale) with
            {
                Repetitions = 1,
                Duration = TimeSpan.FromSeconds(scale == Scale.Quick ? 5 : 10),
                Warmup = TimeSpan.FromSeconds(0.5),
            },
        };
        while (at < arguments.Count)
        {
            var option = arguments[at++];
            options = option switch
            {
                "--plan" => options with { OnlyPlan = true },
                "--require-budgets" => options with { RequireBudgets = true },
                "--output" => options with { Output = Value() },
                "--only" => options with { Run = options.Run with { Only = Value().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) } },
                "--repetitions" => options with { Run = options.Run with { Repetitions = (int)Number(least: 1) } },
                "--seconds" => options with { Run = options.Run with { Duration = TimeSpan.FromSeconds(Number(least: 2)) } },
                _ => throw new FormatException($"unknown option {option}"),
            };

            string Value() => at < arguments.Count ? arguments[at++] : throw new FormatException($"{option} needs a value");

            double Number(double least)
            {
                var text = Value();
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number < 1e6
                    ? number
                    : throw new FormatException($"{option} {text}: a number of {least} or more is needed");
            }
        }

        return options;
    }
}
