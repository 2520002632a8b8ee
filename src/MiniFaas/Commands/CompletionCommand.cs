using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;

namespace MiniFaas.Commands;

/// <summary><c>minifaas completion SHELL</c>: a script for the shell, made from the command tree.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script: source <(minifaas completion bash)") { shell };
        command.SetAction(parsed =>
        {
            var root = (RootCommand)parsed.RootCommandResult.Command;
            parsed.InvocationConfiguration.Output.Write(CompletionScript.Create(parsed.GetValue(shell)!, root));
            return ExitCode.Success;
        });
        return command;
    }
}
