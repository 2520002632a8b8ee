using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas logs NAME [-f] [-n N]</c>: what a function wrote to standard error, and its failures.</summary>
internal static class LogsCommand
{
    private const string EventPrefix = "data: ";

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes" };
        var tail = new Option<int>("--tail", "-n") { HelpName = "N", Description = "Entries from before", DefaultValueFactory = _ => 100 };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("logs", "Show what a function wrote to standard error, and its failures") { name, follow, tail, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            Query query = new Query($"/function/{Uri.EscapeDataString(parsed.GetValue(name)!)}/logs")
                .Add("tail", parsed.GetValue(tail).ToString(CultureInfo.InvariantCulture))
                .Add("follow", parsed.GetValue(follow) ? "1" : null);
            bool isJson = parsed.GetValue(output) == OutputFormat.Json;
            FaasReply? failure = await client.ReadLinesAsync(query.ToString(), line => Print(line, isJson), cancellationToken);
            return failure is null ? ExitCode.Success : ClientCommand.Fail(failure);
        });
        return command;
    }

    private static void Print(string line, bool isJson)
    {
        string text = line.StartsWith(EventPrefix, StringComparison.Ordinal) ? line[EventPrefix.Length..] : line;
        if (text.Length == 0)
        {
            return;
        }

        if (isJson)
        {
            Console.Out.WriteLine(text);
            return;
        }

        JsonElement entry = JsonSerializer.Deserialize(text, ClientJsonContext.Default.JsonElement);
        string exit = FaasReply.Member(entry, "exitCode") is { } code ? $" exit code {code}" : "";
        string message = FaasReply.Member(entry, "message") is { } words ? $": {words}" : "";
        Console.Out.WriteLine($"{FaasReply.Member(entry, "time")} {FaasReply.Member(entry, "id")} {FaasReply.Member(entry, "status")}{exit}{message}");
        if (FaasReply.Member(entry, "stderr") is { Length: > 0 } errors)
        {
            foreach (string said in errors.TrimEnd('\n').Split('\n'))
            {
                Console.Out.WriteLine("  " + said);
            }
        }
    }
}
