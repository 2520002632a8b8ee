using System.Diagnostics.CodeAnalysis;

namespace Faas.Protocol.Framing;

/// <summary>The other side broke the protocol: the session is over, the process is not.</summary>
public sealed class ProtocolViolationException : Exception
{
    /// <param name="error">The rule that was broken.</param>
    /// <param name="detail">Values that help to find the cause; no payload bytes.</param>
    public ProtocolViolationException(ProtocolError error, string detail)
        : base($"{error}: {detail}") => Error = error;

    /// <summary>The rule that was broken.</summary>
    public ProtocolError Error { get; }

    [DoesNotReturn]
    internal static void Throw(ProtocolError error, string detail) => throw new ProtocolViolationException(error, detail);
}
