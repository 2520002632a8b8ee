using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas rollback NAME [--to ID]</c>: the name means an earlier version until the next deploy.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name" };
        var to = new Option<string?>("--to") { HelpName = "ID", Description = "The version (default: the one before the present one)" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("rollback", "Go back to an earlier version of a function and print its id") { name, to, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string function = parsed.GetValue(name)!;
            Query query = new Query($"/function/{Uri.EscapeDataString(function)}/rollback").Add("to", parsed.GetValue(to));
            FaasReply reply = await client.SendAsync(HttpMethod.Post, query.ToString(), body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            Console.Out.WriteLine(reply.Text("id"));
            Messages.Note($"{function} is version {reply.Text("version")} again, until the next deploy");
            return ExitCode.Success;
        });
        return command;
    }
}
