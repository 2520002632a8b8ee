using Faas.Supervisor.Scheduling;
using MiniFaas.Settings;

namespace MiniFaas;

/// <summary>What <c>minifaas --help</c> shows.</summary>
internal static class RootHelp
{
    private static readonly (string Name, string Rule)[] s_strategies =
    [
        (StrategyNames.RoundRobin, "the next ready worker with a free slot in turn (default)"),
        (StrategyNames.Fifo, "the lowest-numbered worker with a free slot"),
        (StrategyNames.Weighted, "smallest outstanding ÷ weight (--weights 4,2,1,1)"),
        (StrategyNames.LeastLoaded, "fewest outstanding, ties at random"),
        (StrategyNames.PowerOfTwoChoices, "the less loaded of two at random"),
        (StrategyNames.BoundedHash, "consistent hashing of the function, bounded loads: warm caches, no hot spot"),
    ];

    public static void Write(TextWriter output, IEnumerable<(string Name, string Description)> commands)
    {
        output.WriteLine(
            """
            MiniFaas runs functions in sandboxes in pre-started worker processes.

            Usage:
              minifaas [STRATEGY] [options]    start the server
              minifaas COMMAND [arguments]     talk to a running one (minifaas COMMAND --help)

            Strategies (case does not matter):
            """);
        Columns(output, s_strategies);
        output.WriteLine("\nCommands:");
        Columns(output, commands);
        foreach (IGrouping<string, Setting> group in SettingCatalog.All.GroupBy(setting => setting.Group))
        {
            output.WriteLine($"\n{group.Key}:");
            Columns(output, group.Select(Row));
        }

        output.WriteLine("\nOther:");
        Columns(
            output,
            [
                ("--config FILE", $"settings as JSON, {{\"workers\": 8, \"timeout\": \"5s\"}} [{SettingsFile.DefaultName} if it is there]"),
                ("--version", "print the version"),
                ("-h, --help", "print this, or the help of a command"),
            ]);
        output.WriteLine(
            """

            Every option can also come from the environment (MINIFAAS_WORKERS=8) or the file; the command line wins over the
            environment, the environment over the file. Commands find the server by --server URL or MINIFAAS_SERVER
            and send --token TOKEN or MINIFAAS_TOKEN; 'minifaas profile' keeps both under a name.

            Exit codes: 0 done, 1 failed, 2 wrong command line or settings, 3 server not reachable, 130 interrupted.

            Examples:
              minifaas                                   4 workers, round robin, http://127.0.0.1:8080
              minifaas weighted --weights 3,1            two workers that share 3 to 1
              minifaas hash --http *:80 --token-file t   all addresses, with tokens; functions stay with their worker
              minifaas deploy hello.c && minifaas invoke hello
            """);
    }

    private static (string Name, string Description) Row(Setting setting) => (
        setting.IsFlag ? setting.OptionName : $"{setting.OptionName} {setting.ValueName}",
        setting.DefaultText is null or "false" ? setting.Description : $"{setting.Description} [{setting.DefaultText}]");

    private static void Columns(TextWriter output, IEnumerable<(string First, string Second)> rows)
    {
        foreach ((string first, string second) in rows)
        {
            output.WriteLine($"  {first,-25}  {second}");
        }
    }
}
