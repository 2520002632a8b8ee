using System.Buffers.Binary;
using System.Net;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;

namespace Faas.Load;

/// <summary>Reads the frames of one invocation at a time off the ingress socket: output is passed over, Completed ends the answer.</summary>
internal sealed class IngressResponseParser : IResponseParser
{
    // Completed up to its message, and as much of that as holds any stable code.
    private const int CompletedBytes = 40;
    private const int CodeBytes = 64;
    private const int TypeOffset = 4;

    private long _toSkip;
    private bool _isLast;
    private string _code = "";

    public int Status { get; private set; }

    public bool KeepAlive => true;

    public bool EndsWithConnection => false;

    public void Reset()
    {
        _toSkip = 0;
        _isLast = false;
    }

    public string ErrorCode() => _code;

    public HttpParseOutcome Parse(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var skipped = (int)Math.Min(_toSkip, bytes.Length - consumed);
            consumed += skipped;
            _toSkip -= skipped;
            if (_toSkip > 0)
            {
                return HttpParseOutcome.NeedsMore;
            }

            if (_isLast)
            {
                _isLast = false;
                return HttpParseOutcome.Complete;
            }

            var rest = bytes[consumed..];
            if (rest.Length < FrameHeader.SizeBytes)
            {
                return HttpParseOutcome.NeedsMore;
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            var type = (FrameType)rest[TypeOffset];
            if (length > FrameHeader.MaxPayloadBytes || type is not (FrameType.Output or FrameType.ErrorOutput or FrameType.Window or FrameType.Completed))
            {
                return HttpParseOutcome.Malformed;
            }

            if (type == FrameType.Completed)
            {
                var needed = FrameHeader.SizeBytes + (int)Math.Min(length, CompletedBytes + CodeBytes);
                if (rest.Length < needed)
                {
                    return HttpParseOutcome.NeedsMore;
                }

                if (length < CompletedBytes)
                {
                    return HttpParseOutcome.Malformed;
                }

                ReadEnd(rest[FrameHeader.SizeBytes..needed]);
            }

            _toSkip = FrameHeader.SizeBytes + length;
        }
    }

    private void ReadEnd(ReadOnlySpan<byte> payload)
    {
        _isLast = true;
        var isOk = payload[0] == (byte)InvocationStatus.Ok;
        Status = (int)(isOk ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);
        var message = payload[CompletedBytes..];
        var feed = message.IndexOf((byte)'\n');
        _code = isOk ? "" : Encoding.UTF8.GetString(feed < 0 ? message : message[..feed]);
    }
}
