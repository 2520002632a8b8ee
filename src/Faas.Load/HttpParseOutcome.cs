namespace Faas.Load;

/// <summary>What <see cref="HttpResponseParser.Parse"/> found.</summary>
internal enum HttpParseOutcome : byte
{
    /// <summary>Between two steps of the parser; callers never see it.</summary>
    Continue,

    /// <summary>The response goes on behind the bytes given.</summary>
    NeedsMore,

    /// <summary>One response has been consumed to its end.</summary>
    Complete,

    /// <summary>Not a response; the connection is of no further use.</summary>
    Malformed,
}
