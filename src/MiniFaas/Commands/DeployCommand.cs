using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas deploy FILE</c>: uploads a source, shows the compiler's diagnostics or the new id.</summary>
internal static class DeployCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Source, module, or archive (.zip, .tar, with --lang); - reads standard input (with --name and --lang)" };
        var options = new DeployOptions();
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("deploy", "Deploy a function from a file and print its id") { file };
        options.AddTo(command);
        command.Add(server);
        command.Add(output);
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string path = parsed.GetValue(file)!;
            string? named = path == "-" ? null : path;
            if (options.LanguageFor(parsed, named) is not { } language)
            {
                return Messages.Usage([$"{path}: the language is not known by the name ({SourceLanguage.Extensions}): say it with --lang"]);
            }

            if (options.NameFor(parsed, named) is not { } function)
            {
                return Messages.Usage([$"{path}: say the function's name with --name"]);
            }

            byte[] source = named is null ? await ClientCommand.ReadInputAsync(cancellationToken) : await File.ReadAllBytesAsync(path, cancellationToken);
            var upload = new FunctionUpload(function, language, options.RequestFor(parsed, function, language), SourceLanguage.ArchiveTypeOf(path));
            FaasReply reply = await upload.SendAsync(client, source, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            Console.Out.WriteLine(reply.Text("id"));
            Messages.Note($"{upload.Describe(reply)}; try: minifaas invoke {function}");
            return ExitCode.Success;
        });
        return command;
    }
}
