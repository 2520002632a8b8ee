using HdrHistogram;

namespace Faas.Load;

/// <summary>What one run measured. Latencies are nanoseconds, of successful requests only; failures are counted apart.</summary>
public sealed class LoadResult
{
    private const long MaxLatencyNanoseconds = 3_600_000_000_000; // one hour; longer ones are recorded as that
    private const int SignificantDigits = 3;

    /// <summary>Closed loop: from the sending; open loop: from the intended start.</summary>
    public LongHistogram Latency { get; } = new(1, MaxLatencyNanoseconds, SignificantDigits);

    /// <summary>The same for failures that the server answered: how long a refusal takes.</summary>
    public LongHistogram FailureLatency { get; } = new(1, MaxLatencyNanoseconds, SignificantDigits);

    public long Succeeded { get; internal set; }

    public long Failed { get; internal set; }

    public long BytesReceived { get; internal set; }

    public long BytesSent { get; internal set; }

    /// <summary>First measured request to last answer.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>Why the run ended before its plan did, or null.</summary>
    public string? EndedEarly { get; internal set; }

    /// <summary>Responses by HTTP status.</summary>
    public SortedDictionary<int, long> ByStatus { get; } = [];

    /// <summary>Failures by stable code: the server's own, or <c>connection_refused</c>, <c>connection_lost</c>, <c>client_timeout</c>, <c>bad_response</c>, <c>not_sent</c>.</summary>
    public SortedDictionary<string, long> ByError { get; } = new(StringComparer.Ordinal);

    public double RequestsPerSecond => Elapsed > TimeSpan.Zero ? Succeeded / Elapsed.TotalSeconds : 0;

    internal void RecordLatency(long nanoseconds) => Latency.RecordValue(Math.Clamp(nanoseconds, 1, MaxLatencyNanoseconds));

    internal void RecordFailureLatency(long nanoseconds) => FailureLatency.RecordValue(Math.Clamp(nanoseconds, 1, MaxLatencyNanoseconds));

    internal void CountError(string code, long count = 1)
    {
        Failed += count;
        ByError[code] = ByError.GetValueOrDefault(code) + count;
    }

    internal void CountStatus(int status, long count = 1) => ByStatus[status] = ByStatus.GetValueOrDefault(status) + count;

    /// <summary>Adds another thread's part.</summary>
    internal void Add(LoadResult other)
    {
        Latency.Add(other.Latency);
        FailureLatency.Add(other.FailureLatency);
        Succeeded += other.Succeeded;
        BytesReceived += other.BytesReceived;
        BytesSent += other.BytesSent;
        Elapsed = Elapsed > other.Elapsed ? Elapsed : other.Elapsed;
        EndedEarly ??= other.EndedEarly;
        foreach (var (status, count) in other.ByStatus)
        {
            CountStatus(status, count);
        }

        foreach (var (code, count) in other.ByError)
        {
            CountError(code, count);
        }
    }
}
