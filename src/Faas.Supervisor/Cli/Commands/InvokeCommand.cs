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
        var raw = new Option<bool>("--raw") { Description = "Call /fn/NAME as a browser would, and print the body of its answer as it comes" };
        var timing = new Option<bool>("--timing") { Description = "Say on standard error where the time went: worker, queue, send, load, run" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("invoke", "Run a function and print its output") { name, arguments, data, raw, timing, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            byte[] input = parsed.GetValue(data) switch
            {
                null when !Console.IsInputRedirected => [],
                null or "-" => await ClientCommand.ReadInputAsync(cancellationToken),
                ['@', .. var path] => await File.ReadAllBytesAsync(path, cancellationToken),
                var text => Encoding.UTF8.GetBytes(text),
            };
            bool isRaw = parsed.GetValue(raw);
            string function = parsed.GetValue(name)!;
            Query query = isRaw ? new Query($"/fn/{Uri.EscapeDataString(function)}/") : new Query("/invoke").Add("fn", function);
            foreach (string argument in parsed.GetValue(arguments) ?? [])
            {
                query.Add("arg", argument);
            }

            FaasReply reply = await client.SendAsync(HttpMethod.Post, query.ToString(), input, cancellationToken);
            if (parsed.GetValue(timing))
            {
                Console.Error.WriteLine(TerminalStyle.ForError().Dim(reply.Receipt ?? "no receipt: the headers of /fn/ are sent before the function has ended"));
            }

            if (isRaw && reply.IsOk)
            {
                await ClientCommand.WriteAsync(reply.Body, cancellationToken);
                return ExitCode.Success;
            }

            return parsed.GetValue(output) == OutputFormat.Json
                ? await ClientCommand.PrintRawAsync(reply, cancellationToken)
                : await ShowAsync(reply, cancellationToken);
        });
        return command;
    }

    /// <summary>The output of an invocation, or what it wrote before it failed and why it did.</summary>
    public static async Task<int> ShowAsync(FaasReply reply, CancellationToken cancellationToken)
    {
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
    }

    private static byte[] Output(FaasReply reply)
    {
        var bytes = new byte[reply.Text("outputBase64")?.Length ?? 0];
        return reply.Text("outputBase64") is { } base64 && Convert.TryFromBase64String(base64, bytes, out int count)
            ? bytes[..count]
            : Encoding.UTF8.GetBytes(reply.Text("output") ?? "");
    }
}
