namespace Faas.Load;

/// <summary>Reads the answers of one connection. Bytes that <see cref="Parse"/> does not consume are given to it again, with more behind them.</summary>
internal interface IResponseParser
{
    /// <summary>The HTTP status of the answer last begun, or what it would be.</summary>
    int Status { get; }

    /// <summary>Whether the connection may carry another request after this answer.</summary>
    bool KeepAlive { get; }

    /// <summary>Whether the answer ends where the connection does.</summary>
    bool EndsWithConnection { get; }

    /// <summary>Forgets an answer that was begun on a connection that is gone.</summary>
    void Reset();

    /// <summary>Consumes the beginning of <paramref name="bytes"/>.</summary>
    HttpParseOutcome Parse(ReadOnlySpan<byte> bytes, out int consumed);

    /// <summary>The stable code of a failure.</summary>
    string ErrorCode();
}
