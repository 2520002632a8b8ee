using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// A whole request body in one rented array. It is read before a slot is asked for: a client that sends a byte a second
/// holds up nobody but itself (Kestrel ends it when it falls below its least data rate).
/// </summary>
internal struct RequestBody : IDisposable
{
    // Guessed for a body of unknown length; it doubles from there.
    private const int FirstBytes = 4096;

    private byte[]? _rented;
    private int _length;

    public readonly ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    /// <summary>Reads to the end.</summary>
    /// <exception cref="BadHttpRequestException">Over the gateway's limit, too slow, or malformed.</exception>
    public static ValueTask<RequestBody> ReadAsync(HttpRequest request) =>
        request.ContentLength == 0 ? new ValueTask<RequestBody>(default(RequestBody)) : ReadSlowAsync(request);

    /// <summary>Reads to the end what is of a lesser size than the gateway takes elsewhere.</summary>
    /// <param name="request">Nothing of its body was read.</param>
    /// <param name="mostBytes">Of the endpoint's own; past it the answer is 413 as soon as it is known.</param>
    /// <exception cref="BadHttpRequestException">As of <see cref="ReadAsync(HttpRequest)"/>.</exception>
    public static ValueTask<RequestBody> ReadAsync(HttpRequest request, int mostBytes)
    {
        var limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false } && !(limit.MaxRequestBodySize <= mostBytes))
        {
            limit.MaxRequestBodySize = mostBytes;
        }

        return ReadAsync(request);
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    private static async ValueTask<RequestBody> ReadSlowAsync(HttpRequest request)
    {
        var body = default(RequestBody);
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync();
                foreach (var segment in result.Buffer)
                {
                    body.Append(segment.Span, request.ContentLength);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes, long? announced)
    {
        _rented ??= ArrayPool<byte>.Shared.Rent((int)Math.Min(announced ?? FirstBytes, Array.MaxLength));
        if (_rented.Length - _length < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes.Length, _rented.Length * 2));
            _rented.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = larger;
        }

        bytes.CopyTo(_rented.AsSpan(_length));
        _length += bytes.Length;
    }
}
