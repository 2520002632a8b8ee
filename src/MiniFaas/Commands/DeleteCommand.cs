using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas delete NAME</c>.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name (all versions) or id (that version)" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("delete", "Delete a function") { name, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string function = parsed.GetValue(name)!;
            FaasReply reply = await client.SendAsync(HttpMethod.Delete, "/function/" + Uri.EscapeDataString(function), body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            Messages.Note($"deleted {function}");
            return ExitCode.Success;
        });
        return command;
    }
}
