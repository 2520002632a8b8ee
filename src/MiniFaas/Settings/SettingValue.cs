namespace MiniFaas.Settings;

/// <summary>A setting as somebody gave it.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Text">The value as written.</param>
/// <param name="Origin">Name of the place, with the key and value as they stand there, for messages: <c>MINIFAAS_SLOTS=x</c>.</param>
internal readonly record struct SettingValue(Setting Setting, string Text, string Origin)
{
    public static SettingValue FromCommandLine(Setting setting, string text) => new(setting, text, $"{setting.OptionName} {text}");
}
