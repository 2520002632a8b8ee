namespace Faas.Runtimes.Native;

/// <summary>
/// Blanks comments and string contents of a source, so that a look for top-level words is not fooled by text.
/// Not a parser: a regular expression literal with a quote in it can hide what follows on its line, no more.
/// </summary>
internal static class SourceScanner
{
    /// <summary>The source with comments and strings replaced by spaces; line breaks and brackets outside them stay.</summary>
    /// <param name="source">UTF-8.</param>
    /// <param name="hashComments"><c>#</c> starts a comment (Python, PHP).</param>
    /// <param name="slashComments"><c>//</c> and <c>/* */</c> are comments (JavaScript, PHP).</param>
    /// <param name="tripleQuotes"><c>"""</c> and <c>'''</c> enclose strings (Python).</param>
    /// <param name="templates">A backtick encloses a string that spans lines (JavaScript).</param>
    internal static byte[] Blank(
        ReadOnlySpan<byte> source, bool hashComments = false, bool slashComments = false, bool tripleQuotes = false, bool templates = false)
    {
        var result = source.ToArray();
        var i = 0;
        while (i < source.Length)
        {
            var rest = source[i..];
            int length;
            if (hashComments && rest[0] == '#' && !rest.StartsWith("#["u8))
            {
                length = ToLineEnd(rest);
            }
            else if (slashComments && rest.StartsWith("//"u8))
            {
                length = ToLineEnd(rest);
            }
            else if (slashComments && rest.StartsWith("/*"u8))
            {
                var end = rest[2..].IndexOf("*/"u8);
                length = end < 0 ? rest.Length : end + 4;
            }
            else if (tripleQuotes && (rest.StartsWith("\"\"\""u8) || rest.StartsWith("'''"u8)))
            {
                length = ToClosing(rest, rest[..3], multiLine: true);
            }
            else if (rest[0] is (byte)'"' or (byte)'\'')
            {
                length = ToClosing(rest, rest[..1], multiLine: !tripleQuotes && !templates);
            }
            else if (templates && rest[0] == '`')
            {
                length = ToClosing(rest, rest[..1], multiLine: true);
            }
            else
            {
                i++;
                continue;
            }

            foreach (ref var b in result.AsSpan(i, length))
            {
                if (b is not (byte)'\n' and not (byte)'\r')
                {
                    b = (byte)' ';
                }
            }

            i += length;
        }

        return result;
    }

    private static int ToLineEnd(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        return end < 0 ? rest.Length : end;
    }

    private static int ToClosing(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> quote, bool multiLine)
    {
        var i = quote.Length;
        while (i < rest.Length)
        {
            if (rest[i] == '\\')
            {
                i += 2;
            }
            else if (rest[i..].StartsWith(quote))
            {
                return i + quote.Length;
            }
            else if (rest[i] == '\n' && !multiLine)
            {
                return i; // not closed on its line: not a string after all
            }
            else
            {
                i++;
            }
        }

        return rest.Length;
    }
}
