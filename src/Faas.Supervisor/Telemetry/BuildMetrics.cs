using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Faas.Supervisor.Telemetry;

/// <summary>Counts what a deploy costs: compiling, and native code that was there already.</summary>
public sealed class BuildMetrics
{
    private readonly ConcurrentDictionary<(string Language, string Result), DurationHistogram> _builds = new();
    private long _hits;
    private long _made;
    private long _refused;

    /// <summary>A deploy's building has ended.</summary>
    /// <param name="language">As deployed.</param>
    /// <param name="result"><c>built</c>, <c>cached</c>, or the stable code of the failure.</param>
    /// <param name="duration">From source to native code.</param>
    internal void RecordBuild(string language, string result, TimeSpan duration) =>
        _builds.GetOrAdd((language, result), static _ => new DurationHistogram(DurationBounds.Build)).Add(duration.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>Native code was found.</summary>
    internal void RecordHit() => Interlocked.Increment(ref _hits);

    /// <summary>Native code was not there; it was made, or its module was refused.</summary>
    internal void RecordMiss(bool wasMade) => Interlocked.Increment(ref wasMade ? ref _made : ref _refused);

    internal void Register(Meter meter) =>
        meter.CreateObservableCounter("faas.native_code.requests", Read, "{request}", "Looks for a module's native code: found, made, or refused.");

    /// <summary>The durations by language and result.</summary>
    internal void WriteDurations(PrometheusText text)
    {
        var bounds = DurationBounds.ToSeconds(DurationBounds.Build);
        text.BeginFamily("faas_build_duration_seconds", "histogram", "Time from source to native code at a deploy, by result: built, cached, or why not.");
        foreach (var ((language, result), histogram) in _builds.OrderBy(build => build.Key))
        {
            var counts = new long[bounds.Length + 1];
            var sum = 0.0;
            histogram.AddTo(counts, ref sum);
            text.AddHistogram([FaasMeter.Tag("language", language), FaasMeter.Tag("result", result)], bounds, counts, sum);
        }
    }

    private IEnumerable<Measurement<long>> Read() =>
    [
        new(Interlocked.Read(ref _hits), FaasMeter.Tag("result", "hit")),
        new(Interlocked.Read(ref _made), FaasMeter.Tag("result", "made")),
        new(Interlocked.Read(ref _refused), FaasMeter.Tag("result", "refused")),
    ];
}
