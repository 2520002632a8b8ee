using System.Diagnostics;
using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// A span for each invocation, by OpenTelemetry's conventions for FaaS. Where nobody listens none is made, and nothing is
/// allocated.
/// </summary>
internal static class InvocationTracing
{
    public const string SourceName = "MiniFaas";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins the span.</summary>
    /// <param name="function">What is called.</param>
    /// <param name="trigger">By what: <c>http</c>, <c>timer</c>, <c>pubsub</c> or <c>other</c>.</param>
    /// <param name="traceParent">W3C <c>traceparent</c> of the caller; null or malformed: a new trace begins.</param>
    /// <param name="traceState">W3C <c>tracestate</c> of the caller.</param>
    /// <returns>Null when nobody listens or it was not sampled.</returns>
    public static Activity? Start(FunctionVersion function, string trigger, string? traceParent, string? traceState)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent);
        var span = s_source.StartActivity($"invoke {function.Name}", ActivityKind.Server, parent);
        span?.SetTag("faas.invoked_name", function.Name)
            .SetTag("faas.version", function.Id)
            .SetTag("faas.trigger", trigger)
            .SetTag("faas.language", function.Language);
        return span;
    }

    /// <summary>Ends it with what became of the invocation.</summary>
    /// <param name="span">Of it.</param>
    /// <param name="invocation">Over.</param>
    /// <param name="time">Of its instants.</param>
    public static void End(Activity span, Invocation invocation, TimeProvider time)
    {
        ref readonly var timings = ref invocation.Timings;
        var end = InvocationEnds.CodeOf(invocation.End);
        span.SetTag("faas.status", end);
        if (invocation.Worker is { } worker)
        {
            span.SetTag("faas.invocation_id", new InvocationId(invocation.Id).ToString())
                .SetTag("faas.worker", worker.ToString(CultureInfo.InvariantCulture))
                .SetTag("faas.backend", invocation.Backend)
                .SetTag("faas.coldstart", invocation.Start == StartKind.Cold)
                .SetTag("faas.queue.duration", timings.QueueNanoseconds / 1e9);
        }

        if (timings.Started != 0)
        {
            span.SetTag("faas.send.duration", timings.SendNanoseconds / 1e9)
                .SetTag("faas.load.duration", timings.LoadNanoseconds / 1e9)
                .SetTag("faas.run.duration", timings.RunNanoseconds / 1e9);
            var now = time.GetUtcNow();
            var monotonic = time.MonotonicNanoseconds;
            AddEvent("leased", timings.Leased);
            AddEvent("started", timings.Started);
            AddEvent("ended", timings.Ended);

            void AddEvent(string name, long instant) =>
                span.AddEvent(new ActivityEvent(name, now - TimeSpan.FromTicks((monotonic - instant) / TimeSpan.NanosecondsPerTick)));
        }

        if (invocation.End != InvocationEnd.Ok)
        {
            span.SetStatus(ActivityStatusCode.Error, end);
        }

        span.Dispose();
    }
}
