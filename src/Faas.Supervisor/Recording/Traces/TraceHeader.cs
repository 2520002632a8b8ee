namespace Faas.Supervisor.Recording.Traces;

/// <summary>The server that a trace was recorded on.</summary>
/// <param name="Started">Instant 0 of the trace.</param>
/// <param name="Strategy">In use at the start.</param>
/// <param name="Slots">Of each worker.</param>
/// <param name="QueueLength">Invocations that might wait.</param>
/// <param name="Workers">The pool by index.</param>
internal sealed record TraceHeader(DateTimeOffset Started, string Strategy, int Slots, int QueueLength, IReadOnlyList<TraceWorker> Workers);
