using System.CommandLine;
using System.Globalization;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;
using MiniFaas.Client;
using MiniFaas.Ingress;

namespace MiniFaas.Commands;

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
        var later = new Option<bool>("--async") { Description = "Queue it and print the invocation's id" };
        var wait = new Option<bool>("--wait") { Description = "With --async: wait for the end and print the output" };
        var retries = new Option<int?>("--retries") { HelpName = "N", Description = "With --async: attempts after the first one" };
        var callback = new Option<string?>("--callback") { HelpName = "URL", Description = "With --async: where the end is told" };
        Option<Uri?> server = ClientCommand.Server();
        var socket = new Option<bool>("--socket") { Description = "Through the local server's socket instead of HTTP: output as it is written" };
        Option<string?> runtime = IngressAddress.RuntimeDirectory();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("invoke", "Run a function and print its output") { name, arguments, data, raw, timing, later, wait, retries, callback, socket, runtime, server, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(socket) && (result.GetValue(raw) || result.GetValue(timing) || result.GetValue(later)))
            {
                result.AddError("--raw, --timing and --async do not go with --socket");
            }

            if (result.GetValue(later) && (result.GetValue(raw) || result.GetValue(timing)))
            {
                result.AddError("--raw and --timing do not go with --async");
            }

            if (!result.GetValue(later) && (result.GetValue(wait) || result.GetValue(retries) is not null || result.GetValue(callback) is not null))
            {
                result.AddError("--wait, --retries and --callback go with --async");
            }
        });
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            byte[] input = parsed.GetValue(data) switch
            {
                null when !Console.IsInputRedirected => [],
                null or "-" => await ClientCommand.ReadInputAsync(cancellationToken),
                var text => await ClientCommand.ReadDataAsync(text, cancellationToken),
            };
            if (parsed.GetValue(socket))
            {
                return await InvokeAsync(
                    IngressAddress.PathOf(parsed.GetValue(runtime)), parsed.GetValue(name)!, parsed.GetValue(arguments) ?? [], input, cancellationToken);
            }

            bool isRaw = parsed.GetValue(raw);
            string function = parsed.GetValue(name)!;
            Query query = isRaw ? new Query($"/fn/{Uri.EscapeDataString(function)}/") : new Query("/invoke").Add("fn", function);
            foreach (string argument in parsed.GetValue(arguments) ?? [])
            {
                query.Add("arg", argument);
            }

            if (parsed.GetValue(later))
            {
                query.Add("async", "1")
                    .Add("retries", parsed.GetValue(retries)?.ToString(CultureInfo.InvariantCulture))
                    .Add("callback", parsed.GetValue(callback));
            }

            FaasReply reply = await client.SendAsync(HttpMethod.Post, query.ToString(), input, cancellationToken);
            if (reply.IsOk && parsed.GetValue(later))
            {
                string id = reply.Text("invocation") ?? "";
                if (!parsed.GetValue(wait))
                {
                    if (parsed.GetValue(output) == OutputFormat.Json)
                    {
                        return await ClientCommand.PrintRawAsync(reply, cancellationToken);
                    }

                    Console.Out.WriteLine(id);
                    Messages.Note($"its result: minifaas invocations {id}");
                    return ExitCode.Success;
                }

                reply = await AsyncResult.WaitAsync(client, id, cancellationToken);
            }

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

    private static async Task<int> InvokeAsync(string path, string function, string[] arguments, byte[] input, CancellationToken cancellationToken)
    {
        await using Stream output = Console.OpenStandardOutput();
        await using Stream errors = Console.OpenStandardError();
        IngressClient client;
        try
        {
            client = IngressClient.Connect(path, output, errors);
        }
        catch (IOException exception)
        {
            Messages.Error($"{exception.Message}: start a server here with 'minifaas', or name its folder with --runtime-dir DIR");
            return ExitCode.Unreachable;
        }

        using (client)
        {
            IngressEnd end = await client.InvokeAsync(function, arguments, input, cancellationToken);
            if (end.Status == InvocationStatus.Ok)
            {
                return ExitCode.Success;
            }

            Messages.Error($"{end.Message} ({end.Code})");
            return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;
        }
    }

    /// <summary>The output of an invocation, or what it wrote before it failed and why it did.</summary>
    public static async Task<int> ShowAsync(FaasReply reply, CancellationToken cancellationToken)
    {
        // A function that failed may have written something before.
        await ClientCommand.WriteAsync(AsyncResult.Output(reply), cancellationToken);
        if (reply.IsOk && reply.Text("state") is null or "succeeded")
        {
            return ExitCode.Success;
        }

        if (reply.Text("stderr") is { Length: > 0 } errors)
        {
            await Console.Error.WriteLineAsync(errors.TrimEnd());
        }

        return ClientCommand.Fail(reply);
    }
}
