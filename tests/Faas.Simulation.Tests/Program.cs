using System.Diagnostics;
using System.Globalization;
using Faas.Simulation.Tests;

// The tests, or with "simulate" as the first word the program behind scripts/simulate.
if (args is not ["simulate", .. var words])
{
    return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
}

int? seed = null;
var schedules = int.MaxValue;
var time = TimeSpan.FromMinutes(1);
for (var index = 0; index < words.Length; index += 2)
{
    var value = index + 1 < words.Length ? words[index + 1] : "";
    var isRight = words[index] switch
    {
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out var number) && (seed = number) is not null,
        "--schedules" => int.TryParse(value, CultureInfo.InvariantCulture, out schedules) && (time = TimeSpan.FromDays(1)) > TimeSpan.Zero,
        "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && (time = TimeSpan.FromMinutes(minutes)) > TimeSpan.Zero,
        _ => false,
    };
    if (!isRight)
    {
        await Console.Error.WriteLineAsync($"simulate: '{words[index]} {value}' is none of --seed N, --schedules N, --minutes N");
        return 2;
    }
}

if (seed is { } one && schedules == int.MaxValue)
{
    var again = Schedule.Play(one, records: true);
    if (again.Failure is not null)
    {
        SimulationRunner.Print(again, Console.Out);
        return 1;
    }

    Console.WriteLine($"seed {one}: {again.Plan}: {again.Steps} steps, every invariant holds");
    return 0;
}

var runner = new SimulationRunner();
var clock = Stopwatch.StartNew();
var failure = runner.Run(seed ?? Random.Shared.Next(1_000_000_000), schedules, time, Environment.ProcessorCount);
if (failure is not null)
{
    SimulationRunner.Print(failure, Console.Out);
}

Console.WriteLine($"{runner.Played} schedules, {runner.Steps} steps in {clock.Elapsed.TotalSeconds:0.0} s{(failure is null ? ", every invariant holds" : "")}");
return failure is null ? 0 : 1;
