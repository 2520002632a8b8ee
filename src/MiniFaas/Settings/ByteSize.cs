using System.Globalization;

namespace MiniFaas.Settings;

/// <summary>Sizes as people write them: <c>64KiB</c>, <c>128MiB</c>, <c>1G</c>, <c>100B</c>. K, M and G are powers of 1,024. The unit must be there.</summary>
internal static class ByteSize
{
    public const string Rule = "must be a size with its unit, like 64KiB, 128MiB or 1GiB";

    // Longest suffix first: all end in "B" or are one letter.
    private static readonly (string Suffix, long Bytes)[] s_units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1),
    ];

    public static bool TryParse(string text, out long bytes)
    {
        text = text.Trim();
        foreach ((string suffix, long unit) in s_units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                // 1 PiB is far above every limit and far below what would overflow.
                if (double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number)
                    && number * unit <= 1L << 50)
                {
                    bytes = (long)(number * unit);
                    return true;
                }

                break;
            }
        }

        bytes = 0;
        return false;
    }

    public static string Format(long bytes) => bytes switch
    {
        >= 1L << 30 when bytes % (1L << 30) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 30}GiB"),
        >= 1L << 20 when bytes % (1L << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20}MiB"),
        >= 1L << 10 when bytes % (1L << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10}KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes}B"),
    };
}
