using System.CommandLine;
using System.CommandLine.Invocation;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Settings;

namespace MiniFaas;

/// <summary>The program's front door: decides between starting the server and a client command, and turns every ending into an exit code.</summary>
public static class CommandLine
{
    /// <summary>Runs what <paramref name="args"/> say. Returns one of <see cref="ExitCode"/>.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);

        // Starting the server must be quick, and the general parser costs more than everything else on the way: a plain start goes round it.
        return ServerArguments.TryParse(args, out ServerArguments? arguments)
            ? RunServerAsync(arguments)
            : RunCommandAsync(args);
    }

    /// <summary>Loads the settings and runs the server until a signal.</summary>
    internal static async Task<int> RunServerAsync(ServerArguments arguments)
    {
        SettingsResult settings = SettingsLoader.Load(arguments.Values, arguments.ConfigFile, Environment.GetEnvironmentVariable);
        if (!settings.IsGood)
        {
            return Messages.Usage(settings.Problems);
        }

        try
        {
            return await SupervisorHost.RunAsync(settings.Options, Banner.Write, CancellationToken.None);
        }
        catch (StartupFailureException failure)
        {
            Messages.Error(failure.Message);
            Messages.Hint(failure.Remedy);
            return failure.Code;
        }
    }

    // Apart, so that the parser's assembly is loaded only when this runs.
    private static async Task<int> RunCommandAsync(string[] args)
    {
        ParseResult parsed = CommandTree.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return ParseProblems.Report(parsed);
        }

        // The server handles signals itself; a client command is cancelled and ends at once.
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = parsed.CommandResult.Command is RootCommand ? null : TimeSpan.FromSeconds(1),
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }
}
