namespace MiniFaas.Settings;

/// <summary>
/// One thing an operator may say, in whichever of three ways: option <c>--name</c>, environment variable <c>MINIFAAS_NAME</c>, member
/// <c>"name"</c> of the configuration file.
/// </summary>
internal sealed class Setting
{
    /// <summary>Lower case, words joined by hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Heading it stands under in the help.</summary>
    public required string Group { get; init; }

    /// <summary>What stands for the value in the help; null for a flag, which means true when it stands alone.</summary>
    public string? ValueName { get; init; }

    public required string Description { get; init; }

    /// <summary>Default as the help shows it; null when there is none to show.</summary>
    public string? DefaultText { get; init; }

    /// <summary>Values to offer when completing; empty when there are too many.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>True for a path: a relative one in the file is taken from the file's own folder.</summary>
    public bool IsPath { get; init; }

    /// <summary>Takes the value over; null when it is good, else the rule it breaks ("must be …").</summary>
    public required Func<SettingsDraft, string, string?> Apply { get; init; }

    public bool IsFlag => ValueName is null;

    public string OptionName => "--" + Name;

    public string VariableName => "MINIFAAS_" + Name.Replace('-', '_').ToUpperInvariant();
}
