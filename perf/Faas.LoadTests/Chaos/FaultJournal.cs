using System.Diagnostics;

namespace Faas.LoadTests.Chaos;

/// <summary>When which fault was on, and what it excuses. Any thread may use it.</summary>
internal sealed class FaultJournal
{
    /// <summary>After its end a fault still explains what calls met that it had reached.</summary>
    private static readonly TimeSpan s_aftermath = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>How often each fault was done.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return _entries.GroupBy(entry => entry.Name).ToDictionary(group => group.Key, group => group.Count());
            }
        }
    }

    /// <summary>Notes a fault that is on from now until the returned value is disposed.</summary>
    /// <param name="name">What is counted.</param>
    /// <param name="details">Which process, how long.</param>
    /// <param name="excuses">Which code of which kind of call it explains.</param>
    public IDisposable Begin(string name, string details, Func<string, string, bool> excuses)
    {
        var entry = new Entry(name, details, excuses, Stopwatch.GetTimestamp());
        lock (_lock)
        {
            _entries.Add(entry);
        }

        return entry;
    }

    /// <summary>Whether a fault that was on while a call ran explains its code.</summary>
    /// <param name="kind">Of the call.</param>
    /// <param name="code">Of its answer.</param>
    /// <param name="from">Stopwatch's timestamp at which it began; it has ended now.</param>
    public bool Excuses(string kind, string code, long from)
    {
        lock (_lock)
        {
            return _entries.Any(entry => Reaches(entry, from) && entry.Excuses(kind, code));
        }
    }

    /// <summary>The faults that were on since then, for a person.</summary>
    public string Describe(long from)
    {
        lock (_lock)
        {
            var near = _entries.Where(entry => Reaches(entry, from)).TakeLast(4).Select(entry => string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{entry.Name} {entry.Details} at {Stopwatch.GetElapsedTime(_began, entry.From).TotalSeconds:F1} s"));
            return string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_began, from).TotalSeconds:F1} to {Stopwatch.GetElapsedTime(_began).TotalSeconds:F1} s; ")
                + (near.Any() ? string.Join(", ", near) : "no fault");
        }
    }

    /// <summary>One line a fault.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
        {
            return [.. _entries.Select(entry => string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(_began, entry.From).TotalSeconds,7:F2} to {(entry.To == long.MaxValue ? double.NaN : Stopwatch.GetElapsedTime(_began, entry.To).TotalSeconds),7:F2} s  {entry.Name} {entry.Details}"))];
        }
    }

    private static bool Reaches(Entry entry, long from) => entry.To == long.MaxValue || Stopwatch.GetElapsedTime(entry.To, from) < s_aftermath;

    private sealed class Entry(string name, string details, Func<string, string, bool> excuses, long from) : IDisposable
    {
        private long _to = long.MaxValue;

        public string Name => name;

        public string Details => details;

        public Func<string, string, bool> Excuses => excuses;

        public long From => from;

        public long To => Volatile.Read(ref _to);

        public void Dispose() => Interlocked.CompareExchange(ref _to, Stopwatch.GetTimestamp(), long.MaxValue);
    }
}
