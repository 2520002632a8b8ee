using System.CommandLine;
using Faas.LoadTests.Lab;
using Faas.PerfCompare.Statistics;

namespace Faas.LoadTests;

/// <summary><c>lab CASE</c>: does the strategy lab rank as real servers do?</summary>
internal static class LabSubcommand
{
    public static Command Create()
    {
        var name = new Argument<string>("CASE") { Description = string.Join(" or ", AgreementCase.All.Select(agreement => agreement.Name)) };
        var seconds = new Option<double>("--seconds") { Description = "Length of each load", DefaultValueFactory = _ => 5 };
        var repetitions = new Option<int>("--repetitions") { Description = $"Loads of each strategy's server; {PairAgreement.LeastRepetitions} or more", DefaultValueFactory = _ => 5 };
        var trace = new Option<string?>("--trace") { Description = "Keep the recorded trace here" };
        name.AcceptOnlyFromAmong([.. AgreementCase.All.Select(agreement => agreement.Name)]);
        repetitions.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < PairAgreement.LeastRepetitions)
            {
                result.AddError($"--repetitions has to be {PairAgreement.LeastRepetitions} or more: fewer decide nothing");
            }
        });
        var command = new Command("lab", "Hold replayed rankings of the strategies against those of real servers") { name, seconds, repetitions, trace };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var agreement = AgreementCase.All.First(agreement => agreement.Name == parsed.GetValue(name));
            await new AgreementRun(agreement, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(repetitions), Console.Out).RunAsync(parsed.GetValue(trace), cancellationToken);
            return 0;
        });
        return command;
    }
}
