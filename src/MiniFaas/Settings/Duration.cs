using System.Globalization;

namespace MiniFaas.Settings;

/// <summary>Times as people write them: <c>500ms</c>, <c>30s</c>, <c>2m</c>, <c>1h</c>, <c>7d</c>, <c>1.5 s</c>. The unit must be there; only 0 needs none.</summary>
internal static class Duration
{
    public const string Rule = "must be a time with its unit, like 500ms, 30s, 2m, 1h or 7d";

    // Longest suffix first: "ms" ends in "s" too.
    private static readonly (string Suffix, double Seconds)[] s_units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        text = text.Trim();
        if (text == "0")
        {
            return true;
        }

        foreach ((string suffix, double seconds) in s_units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                // A year is far above every limit and far below what would overflow.
                if (!double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number)
                    || number * seconds > 365 * 86_400)
                {
                    return false;
                }

                value = TimeSpan.FromSeconds(number * seconds);
                return true;
            }
        }

        return false;
    }

    public static string Format(TimeSpan value) => value switch
    {
        { Ticks: 0 } => "0",
        _ when value.TotalHours >= 1 && value.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours:0}h"),
        _ when value.TotalMinutes >= 1 && value.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes:0}m"),
        _ when value.TotalSeconds >= 1 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.###}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.###}ms"),
    };
}
