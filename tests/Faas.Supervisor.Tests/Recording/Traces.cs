using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording.Traces;

namespace Faas.Supervisor.Tests.Recording;

/// <summary>Small traces by hand.</summary>
internal static class Traces
{
    public static TraceHeader Header(int slots, int queue, params TraceWorker[] workers) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), "RR", slots, queue, workers);

    public static TraceInvocation Invocation(long arrived, long held, uint function = 1) =>
        new(arrived, function, 0, (byte)InvocationStatus.Ok, StartKind.Warm, 0, 0, held, held);

    public static Trace Of(TraceHeader header, int functions, params TraceInvocation[] invocations) => new()
    {
        Header = header,
        Functions = [.. Enumerable.Range(1, functions).Select(id => new TraceFunction((uint)id, (uint)id, 0, "", ""))],
        Invocations = invocations,
        IsComplete = true,
    };
}
