using System.CommandLine;
using Faas.LoadTests.Gate;

namespace Faas.LoadTests;

/// <summary><c>gate</c>: did this build get slower?</summary>
internal static class GateSubcommand
{
    public static Command Create()
    {
        var against = new Option<string>("--against") { Description = "Folder of another build (its build/bin): measured in turns with this one" };
        var before = new Option<string>("--before") { Description = "Recorded run to compare with (default: the last of this machine)" };
        var threshold = new Option<double?>("--threshold") { Description = "Share that a figure may get worse by (default: by case, from measured spread)" };
        var record = new Option<string>("--record") { Description = "Only measure, and record in this folder (default: perf/results/UTC-COMMIT)", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("gate", "Compare this build with another one, or with the last recorded run: exit 1 when it is slower") { against, before, threshold, record };
        command.SetAction((parsed, cancellationToken) => new GateCommand(Console.Out, parsed.GetValue(against), parsed.GetValue(before), parsed.GetValue(threshold))
            .RunAsync(parsed.GetResult(record) is null ? null : parsed.GetValue(record) ?? "", cancellationToken));
        return command;
    }
}
