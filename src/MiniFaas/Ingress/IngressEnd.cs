using Faas.Protocol.Contracts;

namespace MiniFaas.Ingress;

/// <summary>How an invocation over the ingress socket ended.</summary>
/// <param name="Status">Ok is a success.</param>
/// <param name="Code">Stable code of a failure.</param>
/// <param name="Message">What happened and what to do.</param>
internal sealed record IngressEnd(InvocationStatus Status, string Code, string Message)
{
    /// <summary>Takes the message of Completed apart: the code, a line feed, words.</summary>
    public static IngressEnd Parse(InvocationStatus status, string message)
    {
        var feed = message.IndexOf('\n', StringComparison.Ordinal);
        return feed < 0 ? new IngressEnd(status, message, "") : new IngressEnd(status, message[..feed], message[(feed + 1)..]);
    }
}
