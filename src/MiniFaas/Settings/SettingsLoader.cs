namespace MiniFaas.Settings;

/// <summary>Puts the options together: command line before environment before file before default.</summary>
internal static class SettingsLoader
{
    /// <param name="commandLine">What the command line said, in its order; a setting given twice counts as it was given last.</param>
    /// <param name="configFile">The file that was named; null takes <c>$MINIFAAS_CONFIG</c>, else <c>minifaas.json</c> of the current folder if it is there.</param>
    /// <param name="environment">Reads a variable; null or empty counts as not set.</param>
    public static SettingsResult Load(IReadOnlyList<SettingValue> commandLine, string? configFile, Func<string, string?> environment)
    {
        var problems = new List<string>();
        var values = new Dictionary<Setting, SettingValue>();
        string? named = configFile ?? NonEmpty(environment("MINIFAAS_CONFIG"));
        if (named is not null && !File.Exists(named))
        {
            problems.Add($"--{SettingCatalog.ConfigName} {named}: no such file");
        }
        else if (named is not null || File.Exists(SettingsFile.DefaultName))
        {
            foreach (SettingValue value in SettingsFile.Read(named ?? SettingsFile.DefaultName, problems))
            {
                values[value.Setting] = value;
            }
        }

        foreach (Setting setting in SettingCatalog.All)
        {
            if (NonEmpty(environment(setting.VariableName)) is { } text)
            {
                values[setting] = new SettingValue(setting, text, $"{setting.VariableName}={text}");
            }
        }

        foreach (SettingValue value in commandLine)
        {
            values[value.Setting] = value;
        }

        var draft = new SettingsDraft();
        foreach (Setting setting in SettingCatalog.All)
        {
            if (values.TryGetValue(setting, out SettingValue value) && setting.Apply(draft, value.Text) is { } rule)
            {
                problems.Add($"{value.Origin}: {rule}");
            }
        }

        // Rules between settings only make sense when each is good by itself.
        if (problems.Count == 0)
        {
            draft.Settle(problems);
        }

        return new SettingsResult(problems.Count == 0 ? draft.Options : null, problems);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
