using System.CommandLine;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas secret set|list|delete</c>. A value comes by standard input or a file: a command line is for everybody to see.</summary>
internal static class SecretCommand
{
    public static Command Create() => new("secret", "Keep values that functions see and nobody reads") { CreateSet(), CreateList(), CreateDelete() };

    private static Command CreateSet()
    {
        var name = new Argument<string>("NAME") { Description = "The variable that functions find it in" };
        var file = new Option<string?>("--file") { HelpName = "FILE", Description = "The value, byte for byte (default: standard input without the line end after it)" };
        Option<Uri?> server = ClientCommand.Server();
        var command = new Command("set", "Keep a secret, or replace it") { name, file, server };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            byte[] value = parsed.GetValue(file) is { } path
                ? await File.ReadAllBytesAsync(path, cancellationToken)
                : WithoutLineEnd(await ClientCommand.ReadInputAsync(cancellationToken));
            FaasReply reply = await client.SendAsync(HttpMethod.Put, PathOf(parsed.GetValue(name)!), value, cancellationToken);
            if (!reply.IsOk)
            {
                return ClientCommand.Fail(reply);
            }

            Messages.Note($"a function deployed with --secret {parsed.GetValue(name)} finds it in its environment");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateList()
    {
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("list", "List the names of the secrets") { server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            FaasReply reply = await client.SendAsync(HttpMethod.Get, "/secrets", body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            foreach (JsonElement name in reply.Json.GetProperty("secrets").EnumerateArray())
            {
                Console.Out.WriteLine(name.GetString());
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDelete()
    {
        var name = new Argument<string>("NAME") { Description = "Of a secret that no function asks for" };
        Option<Uri?> server = ClientCommand.Server();
        var command = new Command("delete", "Forget a secret") { name, server };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            FaasReply reply = await client.SendAsync(HttpMethod.Delete, PathOf(parsed.GetValue(name)!), body: null, cancellationToken);
            return reply.IsOk ? ExitCode.Success : ClientCommand.Fail(reply);
        });
        return command;
    }

    private static string PathOf(string name) => "/secret/" + Uri.EscapeDataString(name);

    private static byte[] WithoutLineEnd(byte[] value) => value switch
    {
        [.. var rest, (byte)'\r', (byte)'\n'] => rest,
        [.. var rest, (byte)'\n'] => rest,
        _ => value,
    };
}
