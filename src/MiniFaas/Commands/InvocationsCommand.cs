using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas invocations [ID]</c>: asynchronous invocations; one of them, its retry or its end.</summary>
internal static class InvocationsCommand
{
    private static readonly string[] s_members = ["invocation", "state", "function", "attempts", "accepted", "error"];

    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "Only this one, whole", Arity = ArgumentArity.ZeroOrOne };
        var state = new Option<string?>("--state") { HelpName = "STATE", Description = "Only queued, running, failed, succeeded, dead, unknown or cancelled" };
        var function = new Option<string?>("--function") { HelpName = "NAME", Description = "Only of this function" };
        var limit = new Option<int>("--limit", "-n") { HelpName = "N", Description = "So many, newest first", DefaultValueFactory = _ => 100 };
        var retry = new Option<bool>("--retry") { Description = "With ID: run what is dead, unknown or cancelled again" };
        var cancel = new Option<bool>("--cancel") { Description = "With ID: call it off" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("invocations", "List asynchronous invocations, or show one") { id, state, function, limit, retry, cancel, server, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(id) is null && (result.GetValue(retry) || result.GetValue(cancel)))
            {
                result.AddError("--retry and --cancel need the ID of an invocation");
            }
        });
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            FaasReply reply;
            if (parsed.GetValue(id) is { } one)
            {
                string path = "/invocation/" + Uri.EscapeDataString(one);
                reply = parsed.GetValue(retry) ? await client.SendAsync(HttpMethod.Post, path + "/retry", body: [], cancellationToken)
                    : parsed.GetValue(cancel) ? await client.SendAsync(HttpMethod.Delete, path, body: null, cancellationToken)
                    : await client.SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
            }
            else
            {
                Query query = new Query("/invocations")
                    .Add("state", parsed.GetValue(state))
                    .Add("fn", parsed.GetValue(function))
                    .Add("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture));
                reply = await client.SendAsync(HttpMethod.Get, query.ToString(), body: null, cancellationToken);
            }

            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            Print(reply);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(FaasReply reply)
    {
        if (reply.Json.TryGetProperty("invocations", out JsonElement invocations))
        {
            DataTable.Write([.. s_members.Select(member => member.ToUpperInvariant())], [.. invocations.EnumerateArray().Select(Row)]);
            return;
        }

        string[][] members =
        [
            .. reply.Json.EnumerateObject()
                .Where(member => member.Name != "ok")
                .Select(member => (string[])[member.Name, FaasReply.Member(reply.Json, member.Name) ?? ""]),
        ];
        DataTable.Write(["", ""], members);
    }

    private static string[] Row(JsonElement invocation) => [.. s_members.Select(member => FaasReply.Member(invocation, member) ?? "")];
}
