using System.Text;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// The header block that a function may write before its body (RFC 3875, section 6.2). It is optional here: output whose
/// first line does not look like a header is all body.
/// </summary>
internal readonly record struct CgiHead(int LengthBytes, int? StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Longest block looked for; longer output without a blank line is body.</summary>
    public const int MaxBytes = 16 * 1024;

    private static readonly CgiHead s_none = new(0, null, []);

    /// <summary>Looks for the block at the front of the output.</summary>
    /// <param name="output">What has been written so far.</param>
    /// <param name="isAll">True when nothing follows.</param>
    /// <param name="head">The block; of length 0 when there is none.</param>
    /// <returns>False: more output is needed to tell.</returns>
    public static bool TryParse(ReadOnlySpan<byte> output, bool isAll, out CgiHead head)
    {
        head = s_none;
        var headers = new List<KeyValuePair<string, string>>();
        int? status = null;
        var at = 0;
        while (true)
        {
            var rest = output[at..];
            var end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                // An unfinished line decides nothing unless it can be no header any more.
                return isAll || output.Length > MaxBytes || !CouldBeHeader(rest);
            }

            var line = rest[..end].TrimEnd((byte)'\r');
            at += end + 1;
            if (line.IsEmpty)
            {
                if (headers.Count > 0 || status is not null)
                {
                    head = new CgiHead(at, status, headers);
                }

                return true;
            }

            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || !IsToken(line[..colon]))
            {
                return true;
            }

            var name = Encoding.ASCII.GetString(line[..colon]);
            var value = Encoding.Latin1.GetString(line[(colon + 1)..].Trim((byte)' '));
            if (!name.Equals("Status", StringComparison.OrdinalIgnoreCase))
            {
                headers.Add(new(name, value));
            }
            else if (value.Length >= 3 && int.TryParse(value.AsSpan(0, 3), out var code) && code is >= 200 and < 600)
            {
                status = code;
            }
        }
    }

    private static bool CouldBeHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return IsToken(colon < 0 ? line : line[..colon]);
    }

    // RFC 9110, section 5.6.2, less the characters that no header name in use has.
    private static bool IsToken(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'-' or (byte)'_'))
            {
                return false;
            }
        }

        return true;
    }
}
