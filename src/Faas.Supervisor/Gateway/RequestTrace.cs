using System.Diagnostics;
using Faas.Protocol.Framing;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// The trace that a request belongs to (W3C Trace Context): our span continues it where somebody collects spans, and the
/// function gets it as <c>TRACEPARENT</c> and <c>TRACESTATE</c> in any case.
/// </summary>
internal readonly record struct RequestTrace(Activity? Span, string? Parent, string? State)
{
    private const string HttpTrigger = "http";

    /// <summary>Costs a client that sends no <c>traceparent</c> one look for it.</summary>
    public static RequestTrace Begin(HttpContext context, FunctionVersion function)
    {
        var headers = context.Request.Headers;
        var parent = headers.TraceParent.Count == 1 ? headers.TraceParent.ToString() : null;
        var state = parent is null ? null : headers.TraceState.ToString();
        var span = InvocationTracing.Start(function, HttpTrigger, parent, state);
        if (span is not null)
        {
            return new(span, span.Id, span.TraceStateString);
        }

        // Handed on as it came, if it is one.
        return parent is not null && ActivityContext.TryParse(parent, state, out _) ? new(null, parent, state) : default;
    }

    /// <summary>Appends the function's variables.</summary>
    /// <returns>How many.</returns>
    public int AddTo(ref FrameBuffer? strings)
    {
        if (Parent is null)
        {
            return 0;
        }

        strings ??= new FrameBuffer();
        strings.WriteString($"TRACEPARENT={Parent}");
        if (string.IsNullOrEmpty(State))
        {
            return 1;
        }

        strings.WriteString($"TRACESTATE={State}");
        return 2;
    }
}
