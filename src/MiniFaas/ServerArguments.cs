using System.Diagnostics.CodeAnalysis;
using Faas.Supervisor.Scheduling;
using MiniFaas.Settings;

namespace MiniFaas;

/// <summary>What the command line says about the server.</summary>
/// <param name="Values">Settings in the order given; the strategy as first word counts as <c>--strategy</c>.</param>
/// <param name="ConfigFile">The file of <c>--config</c>; null when not given.</param>
internal sealed record ServerArguments(IReadOnlyList<SettingValue> Values, string? ConfigFile)
{
    /// <summary>
    /// Reads a plain start: <c>[STRATEGY] [--option VALUE | --option=VALUE | --flag]…</c>. False for everything else (a command, help, a typing
    /// error), which is for the general parser: it knows the same settings and explains what is wrong.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<string> args, [NotNullWhen(true)] out ServerArguments? arguments)
    {
        arguments = null;
        var values = new List<SettingValue>();
        string? configFile = null;
        for (int i = 0; i < args.Length; i++)
        {
            string word = args[i];
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                if (i != 0 || !StrategyCatalog.TryGetName(word, out _))
                {
                    return false;
                }

                values.Add(SettingValue.FromCommandLine(Strategy, word));
                continue;
            }

            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            Setting? setting = Find(name);
            bool isConfig = name == "--" + SettingCatalog.ConfigName;
            string text;
            if (setting is null && !isConfig)
            {
                return false;
            }
            else if (equals >= 0)
            {
                text = word[(equals + 1)..];
            }
            else if (setting is { IsFlag: true })
            {
                text = i + 1 < args.Length && bool.TryParse(args[i + 1], out _) ? args[++i] : "true";
            }
            else if (i + 1 < args.Length && !args[i + 1].StartsWith('-'))
            {
                text = args[++i];
            }
            else
            {
                return false;
            }

            if (setting is not null)
            {
                values.Add(SettingValue.FromCommandLine(setting, text));
            }
            else
            {
                configFile = text;
            }
        }

        arguments = new ServerArguments(values, configFile);
        return true;
    }

    internal static Setting Strategy => SettingCatalog.Find("strategy")!;

    // Options are spelled exactly; only environment and file are lenient.
    private static Setting? Find(string optionName)
    {
        foreach (Setting setting in SettingCatalog.All)
        {
            if (setting.OptionName == optionName)
            {
                return setting;
            }
        }

        return null;
    }
}
