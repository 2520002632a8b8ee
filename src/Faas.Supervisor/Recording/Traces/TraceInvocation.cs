using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Recording.Traces;

/// <summary>One invocation of a trace. Times are nanoseconds.</summary>
/// <param name="Arrived">Since the start of the trace.</param>
/// <param name="Function">Its <see cref="TraceFunction.Id"/>.</param>
/// <param name="Worker">Index of the worker, or <see cref="TraceFormat.NoWorker"/>.</param>
/// <param name="Status">An <see cref="InvocationStatus"/>, or <see cref="TraceFormat.Refused"/>.</param>
/// <param name="Start">What had to be made ready.</param>
/// <param name="Queue">Waiting for a slot.</param>
/// <param name="Load">Making the function ready.</param>
/// <param name="Run">From instance to end.</param>
/// <param name="Total">From arrival to end.</param>
internal readonly record struct TraceInvocation(
    long Arrived, uint Function, ushort Worker, byte Status, StartKind Start, long Queue, long Load, long Run, long Total)
{
    public bool WasRefused => Status == TraceFormat.Refused;

    /// <summary>How long it had its slot: <see cref="Run"/>, <see cref="Load"/> and both ways between the processes.</summary>
    public long Held => Math.Max(Total - Queue, 0);
}
