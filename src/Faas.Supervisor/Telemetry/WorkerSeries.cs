using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// Counters of one function version on one worker. The answers of a worker are read by one thread at a time, so these
/// additions seldom meet another processor's.
/// </summary>
internal sealed class WorkerSeries
{
    private const int Parts = (int)InvocationPart.Total + 1;
    private const int StartKinds = (int)StartKind.Cold + 1;

    private readonly long[] _outcomes = new long[InvocationOutcome.Count];
    private readonly long[] _starts = new long[StartKinds];
    private readonly DurationHistogram[] _durations = [.. Enumerable.Range(0, Parts).Select(_ => new DurationHistogram(DurationBounds.Invocation))];

    public void CountOutcome(int outcome) => Interlocked.Increment(ref _outcomes[outcome]);

    public void CountStart(StartKind start) => Interlocked.Increment(ref _starts[(int)start]);

    public void AddDuration(InvocationPart part, long nanoseconds) => _durations[(int)part].Add(nanoseconds);

    public long Outcomes(int outcome) => Interlocked.Read(ref _outcomes[outcome]);

    public long Starts(StartKind start) => Interlocked.Read(ref _starts[(int)start]);

    public DurationHistogram Durations(InvocationPart part) => _durations[(int)part];
}
