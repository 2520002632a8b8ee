using Faas.Protocol.Framing;
using Microsoft.AspNetCore.WebUtilities;

namespace Faas.Supervisor.Gateway;

/// <summary>The query of <c>/invoke</c>: <c>fn=</c> once, <c>arg=</c> as often as there are arguments; <c>async=1</c> with <c>retries=</c> and <c>callback=</c>.</summary>
internal struct InvokeParameters
{
    /// <summary>Name or id; empty when it is missing.</summary>
    public ReadOnlyMemory<char> Function { get; private set; }

    /// <summary>Arguments in the layout of Invoke frames; null when there are none.</summary>
    public FrameBuffer? Strings { get; private set; }

    public int ArgumentCount { get; private set; }

    /// <summary>True when the client does not wait for the end.</summary>
    public bool IsAsync { get; private set; }

    /// <summary>As given; empty when it was not.</summary>
    public ReadOnlyMemory<char> Retries { get; private set; }

    /// <summary>As given; empty when it was not.</summary>
    public ReadOnlyMemory<char> Callback { get; private set; }

    public static InvokeParameters Parse(QueryString query)
    {
        var parameters = default(InvokeParameters);
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            // Names are plain in practice; an escaped one is decoded as any other.
            var name = pair.DecodeName().Span;
            if (name.SequenceEqual("fn"))
            {
                parameters.Function = pair.DecodeValue();
            }
            else if (name.SequenceEqual("arg"))
            {
                parameters.Strings ??= new FrameBuffer();
                parameters.Strings.WriteString(pair.DecodeValue().Span);
                parameters.ArgumentCount++;
            }
            else if (name.SequenceEqual("async"))
            {
                parameters.IsAsync = pair.DecodeValue().Span is not ("" or "0" or "false");
            }
            else if (name.SequenceEqual("retries"))
            {
                parameters.Retries = pair.DecodeValue();
            }
            else if (name.SequenceEqual("callback"))
            {
                parameters.Callback = pair.DecodeValue();
            }
        }

        return parameters;
    }
}
