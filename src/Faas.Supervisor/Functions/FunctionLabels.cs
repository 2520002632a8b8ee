namespace Faas.Supervisor.Functions;

/// <summary>Labels: what people sort functions by. Nothing else reads them.</summary>
internal static class FunctionLabels
{
    public const int Most = 64;
    private const int MaxKeyChars = 63;
    private const int MaxValueChars = 256;

    /// <returns>Null, or what is wrong with it.</returns>
    public static string? Check(string key, string? value) =>
        key.Length <= MaxKeyChars && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/')
        && (value is null || (value.Length <= MaxValueChars && !value.Any(char.IsControl)))
            ? null
            : $"a label is KEY=VALUE, the key of up to {MaxKeyChars} letters, digits, dots, underscores, hyphens and slashes, the value of up to {MaxValueChars} characters";

    /// <summary><c>KEY=VALUE</c>, or KEY alone for any value.</summary>
    public static (string Key, string? Value) Parse(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    /// <summary>True when a version has all of these: a key with a value, or with any when that is null.</summary>
    public static bool Match(FunctionVersion function, IReadOnlyList<(string Key, string? Value)> wanted)
    {
        foreach (var (key, value) in wanted)
        {
            if (!function.Labels.TryGetValue(key, out var has) || (value is not null && has != value))
            {
                return false;
            }
        }

        return true;
    }
}
