using System.CommandLine;
using System.Text;
using Faas.Supervisor.Cli.Client;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Cli.Commands;

/// <summary><c>minifaas invoke NAME [ARGS]</c>: the function's output, byte for byte, on standard output.</summary>
internal static class InvokeCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name or id" };
        var arguments = new Argument<string[]>("ARGS") { Description = "Arguments of the function; after -- also those that begin with a dash", Arity = ArgumentArity.ZeroOrMore };
        var data = new Option<string?>("--data") { HelpName = "TEXT", Description = "Input: text, @FILE, or - for standard input (the default when that is not a terminal)" };
        Option<Uri?> server = ClientCommand.Server();
        var command = new Command("invoke", "Run a function and print its output") { name, arguments, data, server };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            byte[] input = parsed.GetValue(data) switch
            {
                null when !Console.IsInputRedirected => [],
                null or "-" => await ClientCommand.ReadInputAsync(cancellationToken),
                ['@', .. var path] => await File.ReadAllBytesAsync(path, cancellationToken),
                var text => Encoding.UTF8.GetBytes(text),
            };
            Query query = new Query("/invoke").Add("fn", parsed.GetValue(name));
            foreach (string argument in parsed.GetValue(arguments) ?? [])
            {
                query.Add("arg", argument);
            }

            FaasReply reply = await client.SendAsync(HttpMethod.Post, query.ToString(), input, cancellationToken);

            // A function that failed may have written something before.
            await ClientCommand.WriteAsync(Output(reply), cancellationToken);
            if (reply.IsOk)
            {
                return ExitCode.Success;
            }

            if (reply.Text("stderr") is { Length: > 0 } errors)
            {
                await Console.Error.WriteLineAsync(errors.TrimEnd());
            }

            return ClientCommand.Fail(reply);
        });
        return command;
    }

    private static byte[] Output(FaasReply reply)
    {
        var bytes = new byte[reply.Text("outputBase64")?.Length ?? 0];
        return reply.Text("outputBase64") is { } base64 && Convert.TryFromBase64String(base64, bytes, out int count)
            ? bytes[..count]
            : Encoding.UTF8.GetBytes(reply.Text("output") ?? "");
    }
}
