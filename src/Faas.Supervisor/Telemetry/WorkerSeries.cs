using Faas.Protocol.Contracts;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// Counters of one function version on one worker. The answers of a worker are read by one thread at a time, so these
/// additions seldom meet another processor's.
/// </summary>
internal sealed class WorkerSeries
{
    private const int Parts = (int)InvocationPart.Total + 1;
    private const int StartKinds = (int)StartKind.Cold + 1;

    private readonly long[] _ends = new long[InvocationEnds.Count];
    private readonly long[] _starts = new long[StartKinds];
    private readonly DurationHistogram[] _durations = [.. Enumerable.Range(0, Parts).Select(_ => new DurationHistogram(DurationBounds.Invocation))];

    public void CountEnd(InvocationEnd end) => Interlocked.Increment(ref _ends[(int)end]);

    public void CountStart(StartKind start) => Interlocked.Increment(ref _starts[(int)start]);

    public void AddDuration(InvocationPart part, long nanoseconds) => _durations[(int)part].Add(nanoseconds);

    public long Ends(InvocationEnd end) => Interlocked.Read(ref _ends[(int)end]);

    public long Starts(StartKind start) => Interlocked.Read(ref _starts[(int)start]);

    public DurationHistogram Durations(InvocationPart part) => _durations[(int)part];
}
