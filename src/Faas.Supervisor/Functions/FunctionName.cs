using System.Buffers;

namespace Faas.Supervisor.Functions;

/// <summary><c>[A-Za-z0-9][A-Za-z0-9._-]{0,63}</c>: safe as a file name, in a URL and in a log line.</summary>
public static class FunctionName
{
    public const int MaxLength = 64;

    /// <summary>The rule for people.</summary>
    public const string Rule = "a name is a letter or digit and up to 63 more letters, digits, dots, underscores and hyphens";

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLength && char.IsAsciiLetterOrDigit(name[0]) && !name.ContainsAnyExcept(s_allowed);
}
