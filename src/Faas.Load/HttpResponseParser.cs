using System.Buffers.Text;
using System.Text;

namespace Faas.Load;

/// <summary>
/// Reads HTTP/1.1 responses (RFC 9112) off one connection, just far enough to know the status, where the response ends
/// and, for a failure, its stable error code. It keeps no bytes: what <see cref="Parse"/> does not consume is given to
/// it again, with more behind it.
/// </summary>
internal struct HttpResponseParser : IResponseParser
{
    /// <summary>How much of a failure's body is kept: the code stands at its beginning (design, the failure envelope).</summary>
    private const int MaxErrorBytes = 512;

    private Step _step;
    private long _remaining; // bytes of the body or of the chunk still to come
    private byte[]? _errorBody;
    private int _errorLength;

    private enum Step : byte
    {
        Head,
        FixedBody,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        UntilClose,
    }

    /// <summary>The status of the response last begun.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the connection may carry another request after this response.</summary>
    public bool KeepAlive { get; private set; }

    /// <summary>Whether nothing of a response has been consumed yet.</summary>
    public readonly bool IsAtStart => _step == Step.Head;

    /// <summary>Whether the response ends where the connection does.</summary>
    public readonly bool EndsWithConnection => _step == Step.UntilClose;

    /// <summary>Forgets a response that was begun on a connection that is gone.</summary>
    public void Reset() => _step = Step.Head;

    /// <summary>
    /// Consumes the beginning of <paramref name="bytes"/>. <see cref="HttpParseOutcome.Complete"/> leaves the parser
    /// ready for the next response.
    /// </summary>
    public HttpParseOutcome Parse(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var rest = bytes[consumed..];
            int used;
            HttpParseOutcome outcome;
            switch (_step)
            {
                case Step.Head:
                    outcome = ParseHead(rest, out used);
                    break;
                case Step.FixedBody:
                    outcome = ParseBody(rest, out used, Step.Head);
                    break;
                case Step.ChunkSize:
                    outcome = ParseChunkSize(rest, out used);
                    break;
                case Step.ChunkData:
                    outcome = ParseBody(rest, out used, Step.ChunkEnd);
                    break;
                case Step.ChunkEnd:
                    outcome = ParseLine(rest, out used, Step.ChunkSize, mustBeEmpty: true);
                    break;
                case Step.Trailers:
                    outcome = ParseLine(rest, out used, Step.Head, mustBeEmpty: false);
                    break;
                default: // UntilClose
                    Keep(rest);
                    used = rest.Length;
                    outcome = HttpParseOutcome.NeedsMore;
                    break;
            }

            consumed += used;
            if (outcome != HttpParseOutcome.Continue)
            {
                return outcome;
            }
        }
    }

    /// <summary>The value of <c>"error"</c> in the failure's body, or <c>http_STATUS</c> when it has none.</summary>
    public readonly string ErrorCode()
    {
        var body = _errorBody.AsSpan(0, _errorLength);
        var key = "\"error\":\""u8;
        var at = body.IndexOf(key);
        if (at >= 0)
        {
            var value = body[(at + key.Length)..];
            var end = value.IndexOf((byte)'"');
            if (end > 0)
            {
                return Encoding.UTF8.GetString(value[..end]);
            }
        }

        return $"http_{Status}";
    }

    private HttpParseOutcome ParseHead(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return HttpParseOutcome.NeedsMore;
        }

        // "HTTP/1.1 200": the version, a space and three digits
        if (end < 12 || !bytes.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(bytes.Slice(9, 3), out int status, out var digits) || digits != 3)
        {
            return HttpParseOutcome.Malformed;
        }

        Status = status;
        KeepAlive = bytes[7] == (byte)'1';
        _errorLength = 0;
        long length = -1;
        var chunked = false;
        var headers = bytes[..(end + 2)];
        headers = headers[(headers.IndexOf((byte)'\n') + 1)..];
        while (!headers.IsEmpty)
        {
            var lineEnd = headers.IndexOf("\r\n"u8);
            if (!ReadHeader(headers[..lineEnd], ref length, ref chunked))
            {
                return HttpParseOutcome.Malformed;
            }

            headers = headers[(lineEnd + 2)..];
        }

        used = end + 4;
        if (status is >= 100 and < 200)
        {
            return HttpParseOutcome.Continue; // an interim response: the real one follows
        }

        if (status is 204 or 304)
        {
            return HttpParseOutcome.Complete;
        }

        if (chunked)
        {
            _step = Step.ChunkSize;
        }
        else if (length >= 0)
        {
            _step = Step.FixedBody;
            _remaining = length;
        }
        else
        {
            _step = Step.UntilClose;
            KeepAlive = false;
        }

        return HttpParseOutcome.Continue;
    }

    private bool ReadHeader(ReadOnlySpan<byte> line, ref long length, ref bool chunked)
    {
        // Only three headers matter, and their first letters sort out most of the others.
        if (line.IsEmpty || (line[0] | 0x20) is not ((byte)'c' or (byte)'t'))
        {
            return true;
        }

        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            var known = length;
            return Utf8Parser.TryParse(value, out length, out var used) && used == value.Length && length >= 0 && (known < 0 || known == length);
        }

        if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            return chunked; // no other coding is asked for, so none can be understood
        }

        if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            KeepAlive = !Ascii.EqualsIgnoreCase(value, "close"u8) && (KeepAlive || Ascii.EqualsIgnoreCase(value, "keep-alive"u8));
        }

        return true;
    }

    private HttpParseOutcome ParseBody(ReadOnlySpan<byte> bytes, out int used, Step next)
    {
        used = (int)Math.Min(_remaining, bytes.Length);
        Keep(bytes[..used]);
        _remaining -= used;
        if (_remaining > 0)
        {
            return HttpParseOutcome.NeedsMore;
        }

        _step = next;
        return next == Step.Head ? HttpParseOutcome.Complete : HttpParseOutcome.Continue;
    }

    private HttpParseOutcome ParseChunkSize(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length > 256 ? HttpParseOutcome.Malformed : HttpParseOutcome.NeedsMore; // a size and its extensions are short
        }

        if (!Utf8Parser.TryParse(bytes[..end], out long size, out var digits, 'x') || size < 0 || (digits < end && bytes[digits] is not ((byte)';' or (byte)' ')))
        {
            return HttpParseOutcome.Malformed;
        }

        used = end + 2;
        _remaining = size;
        _step = size == 0 ? Step.Trailers : Step.ChunkData;
        return HttpParseOutcome.Continue;
    }

    private HttpParseOutcome ParseLine(ReadOnlySpan<byte> bytes, out int used, Step next, bool mustBeEmpty)
    {
        used = 0;
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return mustBeEmpty && bytes.Length > 1 ? HttpParseOutcome.Malformed : HttpParseOutcome.NeedsMore;
        }

        used = end + 2;
        if (end == 0)
        {
            _step = next;
            return next == Step.Head ? HttpParseOutcome.Complete : HttpParseOutcome.Continue;
        }

        return mustBeEmpty ? HttpParseOutcome.Malformed : HttpParseOutcome.Continue; // a trailer is skipped
    }

    private void Keep(ReadOnlySpan<byte> body)
    {
        if (Status < 400 || body.IsEmpty)
        {
            return;
        }

        _errorBody ??= new byte[MaxErrorBytes];
        var room = Math.Min(body.Length, MaxErrorBytes - _errorLength);
        body[..room].CopyTo(_errorBody.AsSpan(_errorLength));
        _errorLength += room;
    }
}
