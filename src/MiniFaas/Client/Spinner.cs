using System.Diagnostics;
using Spectre.Console;

namespace MiniFaas.Client;

/// <summary>Says that work goes on, with its seconds: on a terminal only, on standard error, and not for what ends at once.</summary>
internal static class Spinner
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when the work has ended, however it ended; its failure stays with the task.</summary>
    public static async Task ShowAsync(string what, Task work)
    {
        if (!TerminalStyle.ForError().IsOn || await Task.WhenAny(work, Task.Delay(s_patience)) == work)
        {
            return;
        }

        await TurnAsync(what, work);
    }

    // Apart, so that quick work does not load Spectre.
    private static async Task TurnAsync(string what, Task work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        long start = Stopwatch.GetTimestamp() - (long)(s_patience.TotalSeconds * Stopwatch.Frequency);
        await console.Status().StartAsync(Markup.Escape(what), async status =>
        {
            while (await Task.WhenAny(work, Task.Delay(100)) != work)
            {
                status.Status($"{Markup.Escape(what)} [dim]{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s[/]");
            }
        });
    }
}
