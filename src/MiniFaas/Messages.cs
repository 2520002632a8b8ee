using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas;

/// <summary>Lines for people on standard error.</summary>
internal static class Messages
{
    private static TerminalStyle Style => TerminalStyle.ForError();

    public static void Error(string text) => Console.Error.WriteLine($"{Style.Red("minifaas:")} {text}");

    public static void Hint(string text) => Console.Error.WriteLine($"{Style.Dim("  ->")} {text}");

    /// <summary>Something after the fact that a script does not need; only on a terminal.</summary>
    public static void Note(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(Style.Dim(text));
        }
    }

    /// <summary>Diagnostics in the compiler's words.</summary>
    public static void Diagnostics(string text) => Console.Error.WriteLine(DiagnosticText.Paint(text.TrimEnd(), Style));

    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static int Usage(IEnumerable<string> problems)
    {
        foreach (string problem in problems)
        {
            Error(problem);
        }

        Hint("minifaas --help");
        return ExitCode.Usage;
    }
}
