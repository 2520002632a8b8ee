namespace Faas.Supervisor.Invocations;

/// <summary>Instants of CLOCK_MONOTONIC in ns, which supervisor and workers share.</summary>
internal static class MonotonicTime
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    extension(TimeProvider time)
    {
        /// <summary>Now. The system's provider counts nanoseconds of CLOCK_MONOTONIC on Linux.</summary>
        public long MonotonicNanoseconds => time.GetTimestamp() * (NanosecondsPerSecond / time.TimestampFrequency);
    }
}
