using System.CommandLine;
using System.Globalization;
using Faas.Supervisor.Cli.Client;
using Faas.Supervisor.Cli.Settings;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Cli.Commands;

/// <summary><c>minifaas deploy FILE</c>: uploads a source, shows the compiler's diagnostics or the new id.</summary>
internal static class DeployCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Source or module; - reads standard input (with --name and --lang)" };
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "Function name (default: the file's)" };
        var language = new Option<string?>("--lang") { HelpName = "LANG", Description = "c, cpp, rust, go, js, python, php, html or wasm (default: by extension)" };
        var timeout = new Option<string?>("--timeout") { HelpName = "TIME", Description = "Longest run of one invocation, like 500ms" };
        var memory = new Option<string?>("--memory") { HelpName = "SIZE", Description = "Memory of one invocation, whole MiB, like 64MiB" };
        var concurrency = new Option<int?>("--concurrency") { HelpName = "N", Description = "Invocations of it at once" };
        var backend = new Option<string?>("--backend") { HelpName = "NAME", Description = "Run only on workers with this WASM engine" };
        var variables = new Option<string[]>("--env") { HelpName = "K=V", Description = "Variable in the function's environment; may be repeated" };
        var idempotent = new Option<bool>("--idempotent") { Description = "May be run again when its worker crashes" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("deploy", "Deploy a function from a file and print its id")
        {
            file, name, language, timeout, memory, concurrency, backend, variables, idempotent, server, output,
        };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!Duration.TryParse(token.Value, out TimeSpan time) || time.TotalMilliseconds < 1))
            {
                result.AddError($"--timeout {token.Value}: {Duration.Rule}");
            }
        });
        memory.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!ByteSize.TryParse(token.Value, out long bytes) || bytes == 0 || bytes % (1 << 20) != 0))
            {
                result.AddError($"--memory {token.Value}: must be a size in whole MiB, like 64MiB");
            }
        });
        concurrency.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number) && number < 1)
            {
                result.AddError($"--concurrency {token.Value}: must be at least 1");
            }
        });
        variables.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--env {token.Value}: must be NAME=VALUE");
            }
        });
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string path = parsed.GetValue(file)!;
            bool isInput = path == "-";
            string? lang = parsed.GetValue(language) ?? (isInput ? null : SourceLanguage.FromFileName(path));
            string functionName = parsed.GetValue(name) ?? (isInput ? "" : SourceLanguage.NameFrom(path));
            if (lang is null || functionName.Length == 0)
            {
                return Messages.Usage(
                [
                    lang is null
                        ? $"{path}: the language is not known by the name ({SourceLanguage.Extensions}): say it with --lang"
                        : $"{path}: say the function's name with --name",
                ]);
            }

            byte[] source = isInput ? await ClientCommand.ReadInputAsync(cancellationToken) : await File.ReadAllBytesAsync(path, cancellationToken);
            Query query = new Query("/deploy").Add("name", functionName).Add("lang", lang)
                .Add("timeout", Milliseconds(parsed.GetValue(timeout)))
                .Add("memory", Mebibytes(parsed.GetValue(memory)))
                .Add("concurrency", parsed.GetValue(concurrency)?.ToString(CultureInfo.InvariantCulture))
                .Add("backend", parsed.GetValue(backend))
                .Add("idempotent", parsed.GetValue(idempotent) ? "true" : null);
            foreach (string variable in parsed.GetValue(variables) ?? [])
            {
                query.Add("env", variable);
            }

            FaasReply reply = await client.SendAsync(HttpMethod.Post, query.ToString(), source, cancellationToken);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                return await ClientCommand.PrintRawAsync(reply, cancellationToken);
            }

            if (!reply.IsOk)
            {
                return ClientCommand.Fail(reply);
            }

            Console.Out.WriteLine(reply.Text("id"));
            string compiled = reply.Text("compileMs") is { } milliseconds ? $", compiled in {milliseconds} ms" : "";
            string size = reply.Text("bytes") is { } bytes ? $", {bytes} bytes" : "";
            Messages.Note($"{functionName} ({lang}{size}{compiled}); try: minifaas invoke {functionName}");
            return ExitCode.Success;
        });
        return command;
    }

    private static string? Milliseconds(string? text) =>
        text is not null && Duration.TryParse(text, out TimeSpan time) ? ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : null;

    private static string? Mebibytes(string? text) =>
        text is not null && ByteSize.TryParse(text, out long bytes) ? (bytes >> 20).ToString(CultureInfo.InvariantCulture) : null;
}
