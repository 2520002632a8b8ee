using System.CommandLine;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas versions NAME</c>: its versions, oldest first, and which of them the name means.</summary>
internal static class VersionsCommand
{
    private static readonly string[] s_members = ["version", "id", "lang", "bytes", "created"];

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("versions", "List the versions of a function; * marks the one in use") { name, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string path = $"/function/{Uri.EscapeDataString(parsed.GetValue(name)!)}/versions";
            FaasReply reply = await client.SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            var rows = new List<string[]>();
            if (reply.Json.TryGetProperty("versions", out JsonElement versions) && versions.ValueKind == JsonValueKind.Array)
            {
                rows.AddRange(versions.EnumerateArray().Select(Row));
            }

            DataTable.Write(["", .. s_members.Select(member => member.ToUpperInvariant())], rows);
            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Row(JsonElement version)
    {
        string[] cells = [FaasReply.Member(version, "current") == "true" ? "*" : "", .. s_members.Select(member => FaasReply.Member(version, member) ?? "")];
        if (long.TryParse(cells[^1], out long seconds))
        {
            cells[^1] = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u");
        }

        return cells;
    }
}
