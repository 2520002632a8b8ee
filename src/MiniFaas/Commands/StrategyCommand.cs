using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Scheduling;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas strategy [NAME]</c>: the strategy of a running server, or another one from the next invocation on.</summary>
internal static class StrategyCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = string.Join(", ", StrategyCatalog.Names), Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add([.. StrategyCatalog.Names]);
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("strategy", "Print the strategy of a running server, or change it") { name, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            FaasReply reply = parsed.GetValue(name) is { } chosen
                ? await client.SendAsync(HttpMethod.Post, new Query("/strategy").Add("name", chosen).ToString(), body: null, cancellationToken)
                : await client.SendAsync(HttpMethod.Get, "/status", body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            Console.Out.WriteLine(reply.Text("strategy"));
            if (reply.Text("previous") is { } previous)
            {
                Messages.Note($"was {previous}; at its next start the server has the strategy it is started with");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
