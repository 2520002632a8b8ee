using Faas.Protocol.Framing;
using Microsoft.AspNetCore.WebUtilities;

namespace Faas.Supervisor.Gateway;

/// <summary>The query of <c>/invoke</c>: <c>fn=</c> once, <c>arg=</c> as often as there are arguments.</summary>
internal struct InvokeParameters
{
    /// <summary>Name or id; empty when it is missing.</summary>
    public ReadOnlyMemory<char> Function { get; private set; }

    /// <summary>Arguments in the layout of Invoke frames; null when there are none.</summary>
    public FrameBuffer? Strings { get; private set; }

    public int ArgumentCount { get; private set; }

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
        }

        return parameters;
    }
}
