using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// Counts ended invocations. The counters are our own and the meter's instruments read them when somebody asks: a
/// histogram of the meter would look up its tags four times an invocation, and could forget no deleted function.
/// </summary>
internal sealed class InvocationMetrics
{
    private const string NoWorker = "none";

    private readonly FunctionSeriesTable _table;
    private readonly Func<int, string> _backendOf;
    private readonly Histogram<double> _durations;
    private long _retries;

    /// <param name="meter">Gets the instruments.</param>
    /// <param name="table">Labels and counters.</param>
    /// <param name="backendOf">The engine of a worker by index.</param>
    public InvocationMetrics(Meter meter, FunctionSeriesTable table, Func<int, string> backendOf)
    {
        _table = table;
        _backendOf = backendOf;
        meter.CreateObservableCounter("faas.invocations", ReadEnds, "{invocation}", "Invocations that have ended, by how they ended.");
        meter.CreateObservableCounter("faas.invocation.starts", ReadStarts, "{invocation}", "Invocations by what their worker had of the function: warm, cached native code, or nothing (cold).");
        meter.CreateObservableCounter("faas.invocation.retries", () => Interlocked.Read(ref _retries), "{invocation}", "Invocations sent once more after their worker had crashed.");
        // Only an exporter that pushes listens to this one; /metrics reads the counters (WriteDurations).
        _durations = meter.CreateHistogram(
            DurationsName, "s", DurationsHelp, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds.ToSeconds(DurationBounds.Invocation) });
    }

    private const string DurationsName = "faas.invocation.duration";
    private const string DurationsHelp = "Time of invocations by part: queue, send, load and run, which add up to total.";

    /// <summary>Counts one that is over.</summary>
    public void Record(Invocation invocation)
    {
        var series = _table.Of(invocation.Request.Function);
        var worker = series.At(invocation.Worker ?? -1);
        worker.CountEnd(invocation.End);
        if (!invocation.WasSent)
        {
            return;
        }

        ref readonly var timings = ref invocation.Timings;
        worker.AddDuration(InvocationPart.Queue, timings.QueueNanoseconds);
        worker.AddDuration(InvocationPart.Total, timings.TotalNanoseconds);
        if (timings.Started != 0)
        {
            worker.CountStart(invocation.Start);
            worker.AddDuration(InvocationPart.Send, timings.SendNanoseconds);
            worker.AddDuration(InvocationPart.Load, timings.LoadNanoseconds);
            worker.AddDuration(InvocationPart.Run, timings.RunNanoseconds);
        }

        if (_durations.Enabled)
        {
            Publish(series, timings);
        }
    }

    /// <summary>Counts a call that was answered from the store: html needs no worker.</summary>
    public void RecordFromStore(FunctionVersion function) => _table.Of(function).At(-1).CountEnd(InvocationEnd.Ok);

    public void RecordRetry() => Interlocked.Increment(ref _retries);

    /// <summary>The version was deleted: its series leave.</summary>
    public void Forget(FunctionVersion function) => _table.Forget(function);

    /// <summary>The durations, by function and part, summed over the workers.</summary>
    public void WriteDurations(PrometheusText text)
    {
        var bounds = DurationBounds.ToSeconds(DurationBounds.Invocation);
        var counts = new long[bounds.Length + 1];
        text.BeginFamily("faas_invocation_duration_seconds", "histogram", DurationsHelp);
        foreach (var function in _table.All())
        {
            foreach (var part in Enum.GetValues<InvocationPart>())
            {
                Array.Clear(counts);
                var sum = 0.0;
                foreach (var (_, series) in function.Used())
                {
                    series.Durations(part).AddTo(counts, ref sum);
                }

                if (Array.Exists(counts, count => count != 0))
                {
                    text.AddHistogram([FaasMeter.Tag("function", function.Name), FaasMeter.Tag("version", function.Version), FaasMeter.Tag("part", Word(part))], bounds, counts, sum);
                }
            }
        }
    }

    private IEnumerable<Measurement<long>> ReadEnds() =>
        from function in _table.All()
        from used in function.Used()
        from end in Enumerable.Range(0, InvocationEnds.Count)
        let count = used.Series.Ends((InvocationEnd)end)
        where count != 0
        select new Measurement<long>(
            count,
            FaasMeter.Tag("function", function.Name),
            FaasMeter.Tag("version", function.Version),
            FaasMeter.Tag("language", function.Language),
            FaasMeter.Tag("backend", BackendOf(function, used.Worker)),
            FaasMeter.Tag("worker", used.Worker?.ToString(CultureInfo.InvariantCulture) ?? NoWorker),
            FaasMeter.Tag("status", InvocationEnds.CodeOf((InvocationEnd)end)));

    private IEnumerable<Measurement<long>> ReadStarts() =>
        from function in _table.All()
        let used = function.Used().ToArray()
        from start in Enum.GetValues<StartKind>()
        let count = used.Sum(worker => worker.Series.Starts(start))
        where count != 0
        select new Measurement<long>(
            count, FaasMeter.Tag("function", function.Name), FaasMeter.Tag("version", function.Version), FaasMeter.Tag("start", Word(start)));

    // An interpreter is named by its language; of the functions past the bound only the worker's engine is known.
    private string BackendOf(FunctionSeries function, int? worker) => worker is not { } index
        ? NoWorker
        : function.Language == FunctionSeriesTable.OtherLabel || FunctionLanguages.IsWasm(function.Language) ? _backendOf(index) : function.Language;

    private void Publish(FunctionSeries function, in InvocationTimings timings)
    {
        Span<long> parts = [timings.QueueNanoseconds, timings.SendNanoseconds, timings.LoadNanoseconds, timings.RunNanoseconds, timings.TotalNanoseconds];
        for (var part = 0; part < parts.Length; part++)
        {
            var tags = new TagList { { "function", function.Name }, { "version", function.Version }, { "part", Word((InvocationPart)part) } };
            _durations.Record(parts[part] / 1e9, tags);
        }
    }

    private static string Word(InvocationPart part) => part switch
    {
        InvocationPart.Queue => "queue",
        InvocationPart.Send => "send",
        InvocationPart.Load => "load",
        InvocationPart.Run => "run",
        _ => "total",
    };

    private static string Word(StartKind start) => start switch
    {
        StartKind.Warm => "warm",
        StartKind.Cached => "cached",
        _ => "cold",
    };
}
