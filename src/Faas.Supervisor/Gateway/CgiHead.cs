using System.Text;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// The header block that a function may write before its body (RFC 3875, section 6). It is optional here, so output has
/// one only where the RFC knows one: its first line is <c>Content-Type</c>, <c>Location</c> or <c>Status</c>, every further
/// line up to an empty one is a header, and all of it is within <see cref="MaxBytes"/>. Anything else is all body, down to
/// the last line. What is decided depends on the bytes alone, not on how many writes they came in.
/// </summary>
/// <param name="LengthBytes">Of the block with its empty line; 0 when there is none.</param>
/// <param name="StatusCode">From 200 to 599; null when the block names none.</param>
/// <param name="Headers">The others, in order; values hold one character for each byte (ISO 8859-1).</param>
internal readonly record struct CgiHead(int LengthBytes, int? StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Longest block; output that goes on so far without an empty line is body. Twice what nginx takes by default.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string StatusName = "Status";
    private const int StatusDigits = 3;

    private static readonly CgiHead s_none = new(0, null, []);

    // The spelling with the colon: RFC 3875, 6.3 allows no space before it.
    private static ReadOnlySpan<byte> ContentTypeStart => "content-type:"u8;

    private static ReadOnlySpan<byte> LocationStart => "location:"u8;

    private static ReadOnlySpan<byte> StatusStart => "status:"u8;

    /// <summary>Name of a header that HTTP cannot carry as it is; null when all can be sent.</summary>
    public string? Unsendable { get; private init; }

    /// <summary>True when there is a block.</summary>
    public bool IsPresent => LengthBytes > 0;

    /// <summary>Looks for the block at the front of the output.</summary>
    /// <param name="output">What has been written so far.</param>
    /// <param name="isAll">True when nothing follows.</param>
    /// <param name="head">The block; of length 0 when there is none.</param>
    /// <returns>False: more output is needed to tell.</returns>
    public static bool TryParse(ReadOnlySpan<byte> output, bool isAll, out CgiHead head)
    {
        head = s_none;
        if (!Begins(output, out var isCertain))
        {
            return isCertain || isAll;
        }

        isAll |= output.Length >= MaxBytes;
        output = output[..Math.Min(output.Length, MaxBytes)];
        var headers = new List<KeyValuePair<string, string>>();
        int? status = null;
        string? unsendable = null;
        for (var at = 0; ;)
        {
            var end = output[at..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return isAll;
            }

            var line = output.Slice(at, end);
            line = line is [.. var content, (byte)'\r'] ? content : line;
            at += end + 1;
            if (line.IsEmpty)
            {
                head = new CgiHead(at, status, headers) { Unsendable = unsendable };
                return true;
            }

            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || !IsToken(line[..colon]))
            {
                return true;
            }

            var name = Encoding.ASCII.GetString(line[..colon]);
            var bytes = line[(colon + 1)..].Trim(" \t"u8);
            if (!name.Equals(StatusName, StringComparison.OrdinalIgnoreCase))
            {
                unsendable ??= IsFieldValue(bytes) ? null : name;
                headers.Add(new(name, Encoding.Latin1.GetString(bytes)));
            }
            else if (TryReadStatus(bytes, out var code))
            {
                // 1xx is between the server and the client, and is no answer.
                unsendable ??= code is >= 200 and < 600 ? null : name;
                status = code;
            }
            else
            {
                return true;
            }
        }
    }

    // Whether the first line is one of the three; not certain while what is there could become one.
    private static bool Begins(ReadOnlySpan<byte> output, out bool isCertain)
    {
        var fit = Math.Max(Fit(output, ContentTypeStart), Math.Max(Fit(output, LocationStart), Fit(output, StatusStart)));
        isCertain = fit != 0;
        return fit > 0;
    }

    // 1: begins with it; 0: could yet; -1: does not.
    private static int Fit(ReadOnlySpan<byte> output, ReadOnlySpan<byte> start)
    {
        var common = Math.Min(output.Length, start.Length);
        return !Ascii.EqualsIgnoreCase(output[..common], start[..common]) ? -1 : common == start.Length ? 1 : 0;
    }

    // RFC 3875, 6.3.3: three digits, and a space before the phrase.
    private static bool TryReadStatus(ReadOnlySpan<byte> value, out int code)
    {
        code = 0;
        if (value.Length < StatusDigits || (value.Length > StatusDigits && value[StatusDigits] is not ((byte)' ' or (byte)'\t')))
        {
            return false;
        }

        foreach (var digit in value[..StatusDigits])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            code = (code * 10) + (digit - '0');
        }

        return true;
    }

    // RFC 9110, 5.6.2.
    private static bool IsToken(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !"!#$%&'*+-.^_`|~"u8.Contains(letter))
            {
                return false;
            }
        }

        return true;
    }

    // RFC 9110, 5.5: visible characters, spaces and tabs, and bytes above 127 (obs-text).
    private static bool IsFieldValue(ReadOnlySpan<byte> value)
    {
        foreach (var letter in value)
        {
            if (letter is (< 0x20 and not (byte)'\t') or 0x7F)
            {
                return false;
            }
        }

        return true;
    }
}
