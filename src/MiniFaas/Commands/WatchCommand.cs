using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas watch FILE</c>: deploys a source now and whenever it is saved, and calls it if asked to.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Source or module" };
        var call = new Option<bool>("--invoke") { Description = "Call it after each deploy and show the output" };
        var data = new Option<string?>("--data") { HelpName = "TEXT", Description = "Input of that call (implies --invoke); @FILE reads a file each time" };
        var options = new DeployOptions();
        Option<Uri?> server = ClientCommand.Server();
        var command = new Command("watch", "Deploy a file now and after each save, until interrupted") { file, call, data };
        options.AddTo(command);
        command.Add(server);
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string path = parsed.GetValue(file)!;
            if (options.LanguageFor(parsed, path) is not { } language || options.NameFor(parsed, path) is not { } function)
            {
                return Messages.Usage([$"{path}: language or name are not known by the file's name: say them with --lang and --name"]);
            }

            string? input = parsed.GetValue(data);
            var upload = new FunctionUpload(function, language, options.RequestFor(parsed, function, language), SourceLanguage.ArchiveTypeOf(path));
            using var watch = new FileWatch(path);
            try
            {
                await foreach (byte[] source in watch.ContentsAsync(cancellationToken))
                {
                    if (await DeployAsync(upload, client, source, cancellationToken) && (parsed.GetValue(call) || input is not null))
                    {
                        await InvokeAsync(function, input, client, cancellationToken);
                    }
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // How a watch ends.
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<bool> DeployAsync(FunctionUpload upload, FaasClient client, byte[] source, CancellationToken cancellationToken)
    {
        FaasReply reply = await upload.SendAsync(client, source, cancellationToken);
        if (!reply.IsOk)
        {
            _ = ClientCommand.Fail(reply);
            return false;
        }

        Console.Error.WriteLine($"{TerminalStyle.ForError().Green("deployed")} {reply.Text("id")} {upload.Describe(reply)}");
        return true;
    }

    private static async Task InvokeAsync(string function, string? input, FaasClient client, CancellationToken cancellationToken)
    {
        byte[] body = input is null ? [] : await ClientCommand.ReadDataAsync(input, cancellationToken);
        FaasReply reply = await client.SendAsync(HttpMethod.Post, new Query("/invoke").Add("fn", function).ToString(), body, cancellationToken);
        _ = await InvokeCommand.ShowAsync(reply, cancellationToken);
    }
}
