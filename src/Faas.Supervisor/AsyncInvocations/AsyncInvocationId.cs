using System.Globalization;
using System.Security.Cryptography;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// Names an asynchronous invocation: its place in the table, and 63 random bits so that nobody finds another's result by
/// counting. As text both in hexadecimal with a hyphen between: <c>2a-1f0c…</c>.
/// </summary>
/// <param name="Sequence">1 and up, in order of acceptance.</param>
/// <param name="Secret">Random, not negative.</param>
internal readonly record struct AsyncInvocationId(long Sequence, long Secret)
{
    public static AsyncInvocationId Create(long sequence) =>
        new(sequence, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue);

    public static bool TryParse(ReadOnlySpan<char> text, out AsyncInvocationId id)
    {
        id = default;
        var hyphen = text.IndexOf('-');
        if (hyphen < 1
            || !long.TryParse(text[..hyphen], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence)
            || !long.TryParse(text[(hyphen + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var secret))
        {
            return false;
        }

        id = new AsyncInvocationId(sequence, secret);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence:x}-{Secret:x16}");
}
