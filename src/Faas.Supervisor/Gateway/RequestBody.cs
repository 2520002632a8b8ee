using System.Buffers;
using System.IO.Pipelines;
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

    /// <summary>Smaller arrays are not counted: there are no more of them than connections, and those are bounded.</summary>
    public const int UncountedBytes = 64 * 1024;

    private byte[]? _rented;
    private int _length;
    private int _counted;

    /// <summary>What all bodies of the process that are in memory may hold, whoever they wait for. Set once, before the first request.</summary>
    public static ByteBudget Budget { get; set; } = new(256L << 20);

    public readonly ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    /// <summary>Reads to the end.</summary>
    /// <exception cref="BadHttpRequestException">Over the gateway's limit, too slow, or malformed.</exception>
    /// <exception cref="BodiesFullException">There is no room beside the other bodies now.</exception>
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

        Budget.GiveBack(_counted); // also what was counted for an array that could not be had
    }

    private static async ValueTask<RequestBody> ReadSlowAsync(HttpRequest request)
    {
        var body = default(RequestBody);
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var result = await ReadAsync(reader, request.HttpContext);
                try
                {
                    foreach (var segment in result.Buffer)
                    {
                        body.Append(segment.Span, request.ContentLength);
                    }
                }
                finally
                {
                    reader.AdvanceTo(result.Buffer.End); // also of a body that is refused: the server reads the rest of it
                }

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

    // Kestrel takes chunk sizes beyond all numbers, and trailers that are not UTF-8 or have a zero byte, for mistakes of its own, and trips
    // over them once more when it drains the body for the next request: this connection has none.
    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, HttpContext context)
    {
        try
        {
            return await reader.ReadAsync();
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException and not BadHttpRequestException)
        {
            context.Abort();
            throw new BadHttpRequestException("The chunks of the body are malformed.", StatusCodes.Status400BadRequest, exception);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes, long? announced)
    {
        if (_rented is null)
        {
            Rent((int)Math.Min(announced ?? FirstBytes, Array.MaxLength));
        }

        if (_rented!.Length - _length < bytes.Length)
        {
            Rent(Math.Max(_length + bytes.Length, _rented.Length * 2));
        }

        bytes.CopyTo(_rented.AsSpan(_length));
        _length += bytes.Length;
    }

    // What comes after it is thrown goes through Dispose: nothing stays counted.
    private void Rent(int leastBytes)
    {
        var count = leastBytes > UncountedBytes ? leastBytes : 0;
        if (count > _counted && !Budget.TryTake(count - _counted))
        {
            throw new BodiesFullException();
        }

        _counted = Math.Max(_counted, count);
        var larger = ArrayPool<byte>.Shared.Rent(leastBytes);
        if (_rented is not null)
        {
            _rented.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_rented);
        }

        _rented = larger;
    }
}
