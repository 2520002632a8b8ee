using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Starters;

namespace MiniFaas.Commands;

/// <summary><c>minifaas new LANG [NAME]</c>: a starter function as a file in the current folder.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var language = new Argument<string>("LANG") { Description = string.Join(", ", StarterCatalog.Languages) };
        language.AcceptOnlyFromAmong([.. StarterCatalog.Languages]);
        var name = new Argument<string>("NAME") { Description = "Function name; the file is NAME with the language's extension", DefaultValueFactory = _ => "hello" };
        var style = new Option<StarterStyle>("--style")
        {
            HelpName = "handler|script",
            Description = "For js, python and php: loaded once and called, or run from the top each time",
        };
        name.Validators.Add(NameRule.Check);
        var command = new Command("new", "Write a starter function into the current folder and print the file's name") { language, name, style };
        command.SetAction(parsed =>
        {
            string chosen = parsed.GetValue(language)!;
            string file = parsed.GetValue(name)! + StarterCatalog.ExtensionOf(chosen);
            try
            {
                // CreateNew: what somebody wrote is never overwritten.
                using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
                stream.Write(StarterCatalog.Read(chosen, parsed.GetValue(style)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Messages.Error(File.Exists(file) ? $"{file} is there already: give another NAME, or delete it" : exception.Message);
                return ExitCode.Failed;
            }

            Console.Out.WriteLine(file);
            Messages.Note($"try: minifaas watch {file}");
            return ExitCode.Success;
        });
        return command;
    }
}
