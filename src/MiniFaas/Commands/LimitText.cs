using System.Globalization;
using MiniFaas.Settings;

namespace MiniFaas.Commands;

/// <summary>Limits of a function as people write them, in the units of <c>POST /deploy</c>.</summary>
internal static class LimitText
{
    public const string MemoryRule = "must be a size in whole MiB, like 64MiB";

    /// <returns>Whole milliseconds; null when it is no time of at least one.</returns>
    public static string? Milliseconds(string text) =>
        Duration.TryParse(text, out TimeSpan time) && time.TotalMilliseconds >= 1 ? ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : null;

    /// <returns>MiB; null when it is no whole number of them above 0.</returns>
    public static string? Mebibytes(string text) =>
        ByteSize.TryParse(text, out long bytes) && bytes > 0 && bytes % (1 << 20) == 0 ? (bytes >> 20).ToString(CultureInfo.InvariantCulture) : null;
}
