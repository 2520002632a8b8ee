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

    /// <summary>Reads the query: linear in its length, which the server bounds.</summary>
    /// <param name="query">As it came.</param>
    /// <param name="problem">What cannot be taken; null when all can.</param>
    public static InvokeParameters Parse(QueryString query, out string? problem)
    {
        var parameters = default(InvokeParameters);
        problem = null;
        var (functions, retries, callbacks) = (0, 0, 0);
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            // Names are plain in practice; an escaped one is decoded as any other.
            var name = pair.DecodeName().Span;
            if (name.SequenceEqual("fn"))
            {
                parameters.Function = pair.DecodeValue();
                functions++;
            }
            else if (name.SequenceEqual("arg"))
            {
                var argument = pair.DecodeValue().Span;
                problem ??= argument.Contains('\0') ? "an argument has no zero bytes: send them in the body" : null;
                parameters.Strings ??= new FrameBuffer();
                parameters.Strings.WriteString(argument);
                parameters.ArgumentCount++;
            }
            else if (name.SequenceEqual("async"))
            {
                var isKnown = TryReadFlag(pair.DecodeValue().Span, out var isAsync);
                problem ??= isKnown ? null : "async is 1 or 0";
                parameters.IsAsync = isAsync;
            }
            else if (name.SequenceEqual("retries"))
            {
                parameters.Retries = pair.DecodeValue();
                retries++;
            }
            else if (name.SequenceEqual("callback"))
            {
                parameters.Callback = pair.DecodeValue();
                callbacks++;
            }
            else
            {
                problem ??= $"unknown parameter '{name}': fn, arg, async, retries and callback are known";
            }
        }

        problem ??= functions == 0 || parameters.Function.IsEmpty ? "say which function: /invoke?fn=NAME"
            : functions > 1 || retries > 1 || callbacks > 1 ? "fn, retries and callback are given once"
            : retries + callbacks > 0 && !parameters.IsAsync ? "retries and callback belong to async=1"
            : null;
        return parameters;
    }

    // The words that people use for yes and no; any other would be a guess.
    private static bool TryReadFlag(ReadOnlySpan<char> text, out bool isOn)
    {
        isOn = Is(text, "1") || Is(text, "true") || Is(text, "yes") || Is(text, "on");
        return isOn || text.IsEmpty || Is(text, "0") || Is(text, "false") || Is(text, "no") || Is(text, "off");
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
