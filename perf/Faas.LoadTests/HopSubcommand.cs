using System.CommandLine;
using Faas.LoadTests.Hop;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests;

/// <summary><c>hop</c>: what the way through the supervisor costs.</summary>
internal static class HopSubcommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Rounds", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of each load", DefaultValueFactory = _ => 3 };
        var workers = new Option<int>("--workers") { Description = "Worker processes", DefaultValueFactory = _ => 4 };
        var strategy = new Option<string>("--strategy") { Description = "Scheduling strategy", DefaultValueFactory = _ => "RR" };
        var transport = new Option<string>("--transport") { Description = "unix or pipe", DefaultValueFactory = _ => "unix" };
        var slots = new Option<int?>("--slots") { Description = "Slots a worker" };
        var injector = new Option<string>("--injector") { Description = "wrk or own (default: wrk when installed)" };
        var command = new Command("hop", "C hello against a bare Kestrel and a bare Unix round trip, in turns")
        {
            rounds, seconds, workers, strategy, transport, slots, injector,
        };
        command.SetAction((parsed, cancellationToken) => HopCommand.RunAsync(
            parsed.GetValue(rounds),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(injector) is { } chosen ? chosen == "wrk" : WrkRun.IsInstalled,
            new ServerSettings
            {
                Workers = parsed.GetValue(workers),
                Strategy = parsed.GetValue(strategy)!,
                Transport = parsed.GetValue(transport)!,
                Slots = parsed.GetValue(slots),
            },
            cancellationToken));
        return command;
    }
}
