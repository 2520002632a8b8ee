using System.Globalization;
using System.Text;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>What stream.c writes.</summary>
internal static class StreamedLines
{
    public const int LineBytes = 9 + 45; // nine digits and the text

    private const string Text = " the quick brown fox jumps over the lazy dog\n";

    /// <summary>What is wrong with bytes that begin at this place of the stream; null = nothing.</summary>
    public static string? Check(ReadOnlySpan<byte> bytes, long at)
    {
        for (var i = 0; i < bytes.Length;)
        {
            var (line, column) = Math.DivRem(at + i, LineBytes);
            var expected = Encoding.ASCII.GetBytes(line.ToString("D9", CultureInfo.InvariantCulture) + Text).AsSpan((int)column);
            var part = expected[..Math.Min(expected.Length, bytes.Length - i)];
            if (ChaosClient.Differs(part, bytes.Slice(i, part.Length)) is { } wrong)
            {
                return $"at byte {at + i}: {wrong}";
            }

            i += part.Length;
        }

        return null;
    }
}
