using System.CommandLine;
using System.Text;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas describe NAME</c>: one function and its code.</summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name or id" };
        var code = new Option<bool>("--code") { Description = "Only the code, as it was deployed" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("describe", "Show a function and its code") { name, code, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string path = "/function/" + Uri.EscapeDataString(parsed.GetValue(name)!);
            FaasReply reply = await client.SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            // A module is not text: only --code writes it, byte for byte.
            byte[]? binary = reply.Text("codeBase64") is { } base64 ? Convert.FromBase64String(base64) : null;
            if (!parsed.GetValue(code))
            {
                string[][] members =
                [
                    .. reply.Json.EnumerateObject()
                        .Where(member => member.Name is not ("ok" or "code" or "codeBase64"))
                        .Select(member => (string[])[member.Name, Plain(member.Value)]),
                ];
                if (reply.Text("schedule") is not null)
                {
                    members = [.. members, .. Timer(await client.SendAsync(HttpMethod.Get, path + "/schedule", body: null, cancellationToken))];
                }

                DataTable.Write(["", ""], members);
                if (binary is not null)
                {
                    return ExitCode.Success;
                }

                Console.Out.WriteLine();
            }

            await ClientCommand.WriteAsync(binary ?? Encoding.UTF8.GetBytes(reply.Text("code") ?? ""), cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }

    // When it runs by itself: what the settings do not say.
    private static IEnumerable<string[]> Timer(FaasReply reply) =>
        from member in (string[])["next", "last", "missed", "lastMissed"]
        let text = reply.Text(member)
        where text is not null
        select (string[])[member, text];

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
