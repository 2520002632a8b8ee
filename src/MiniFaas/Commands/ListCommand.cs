using System.CommandLine;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas list</c>: what is deployed.</summary>
internal static class ListCommand
{
    private static readonly string[] s_members = ["name", "id", "lang", "version", "bytes"];

    public static Command Create()
    {
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("list", "List the deployed functions") { server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            FaasReply reply = await client.SendAsync(HttpMethod.Get, "/functions", body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            var rows = new List<string[]>();
            if (reply.Json.TryGetProperty("functions", out JsonElement functions) && functions.ValueKind == JsonValueKind.Array)
            {
                rows.AddRange(functions.EnumerateArray().Select(Row));
            }

            if (rows.Count == 0)
            {
                Messages.Note("nothing is deployed; try: minifaas deploy FILE");
            }
            else
            {
                DataTable.Write([.. s_members.Select(member => member.ToUpperInvariant())], rows);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Row(JsonElement function) =>
        [.. s_members.Select(member => FaasReply.Member(function, member) ?? "")];
}
