using System.Diagnostics.Metrics;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// What <c>/metrics</c> answers: the observable instruments of our meter and of the .NET runtime, read now, and the
/// histograms. Thread-safe.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    // What the runtime measures of itself besides: the process' own figures are in ProcessMetrics under their usual names.
    private static readonly HashSet<string> s_runtime = new(StringComparer.Ordinal)
    {
        "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.pause.time",
        "dotnet.monitor.lock_contentions",
        "dotnet.thread_pool.work_item.count",
        Queue,
        Threads,
    };

    // The runtime has these two as counters (.NET 10), though they go down as well.
    private const string Queue = "dotnet.thread_pool.queue.length";
    private const string Threads = "dotnet.thread_pool.thread.count";

    private readonly Action<PrometheusText>[] _histograms;
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal); // under _gate

    /// <param name="meter">Ours: several supervisors of one process have one each.</param>
    /// <param name="histograms">Each writes a family.</param>
    public MetricsPage(Meter meter, params Action<PrometheusText>[] histograms)
    {
        _histograms = histograms;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var isWanted = instrument.Meter == meter || (instrument.Meter.Name == RuntimeMeter && s_runtime.Contains(instrument.Name));
            if (instrument.IsObservable && isWanted)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>(Add);
        _listener.Start();
    }

    /// <summary>Reads every instrument. Touches <c>/proc</c>.</summary>
    public string Read()
    {
        var text = new PrometheusText();
        lock (_gate)
        {
            _families.Clear();
            _listener.RecordObservableInstruments();
            foreach (var (name, family) in _families)
            {
                text.BeginFamily(name, family.IsCounter ? "counter" : "gauge", family.Help);
                foreach (var (labels, value) in family.Samples)
                {
                    text.Add(labels, value);
                }
            }
        }

        foreach (var write in _histograms)
        {
            write(text);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state = null)
    {
        var isCounter = instrument is ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double> && instrument.Name is not (Queue or Threads);
        var name = PrometheusName.Of(instrument.Name, instrument.Unit, isCounter);
        if (!_families.TryGetValue(name, out var family))
        {
            _families[name] = family = new Family(isCounter, instrument.Description ?? name, []);
        }

        family.Samples.Add((tags.ToArray(), value));
    }

    private sealed record Family(bool IsCounter, string Help, List<(KeyValuePair<string, object?>[] Labels, double Value)> Samples);
}
