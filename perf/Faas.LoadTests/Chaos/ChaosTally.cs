using System.Diagnostics;

namespace Faas.LoadTests.Chaos;

/// <summary>What has been seen on one server. Any thread may use it.</summary>
internal sealed class ChaosTally
{
    private const int KeptOfEach = 20;
    private const int KeptAlike = 3;
    private const int AlikeChars = 90; // kind, code and the beginning of the message

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _calls = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _answers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, double> _recovery = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _violations = new(StringComparer.Ordinal);
    private readonly List<ChaosViolation> _kept = [];

    public void Count(string kind, string code)
    {
        lock (_lock)
        {
            _calls[kind] = _calls.GetValueOrDefault(kind) + 1;
            _answers[code] = _answers.GetValueOrDefault(code) + 1;
        }
    }

    public void Recovered(string cause, TimeSpan time)
    {
        lock (_lock)
        {
            _recovery[cause] = Math.Max(_recovery.GetValueOrDefault(cause), Math.Round(time.TotalMilliseconds, 1));
        }
    }

    public void Violated(string verdict, string details)
    {
        lock (_lock)
        {
            _violations[verdict] = _violations.GetValueOrDefault(verdict) + 1;
            var start = details.AsSpan(0, Math.Min(details.Length, AlikeChars)).ToString();
            if (_kept.Count(kept => kept.Verdict == verdict) < KeptOfEach && _kept.Count(kept => kept.Verdict == verdict && kept.Details.StartsWith(start, StringComparison.Ordinal)) < KeptAlike)
            {
                _kept.Add(new ChaosViolation(verdict, details));
            }
        }
    }

    public long Violations(string verdict)
    {
        lock (_lock)
        {
            return _violations.GetValueOrDefault(verdict);
        }
    }

    public ChaosRoundReport Report(ChaosCombination combination, int seed, FaultJournal faults, long began, TimeSpan ownStall)
    {
        lock (_lock)
        {
            return new ChaosRoundReport
            {
                Strategy = combination.Strategy,
                Transport = combination.Transport,
                Seed = seed,
                Seconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1),
                Calls = new(_calls),
                Answers = new(_answers),
                Faults = new(faults.Counts.ToDictionary(), StringComparer.Ordinal),
                WorstRecoveryMs = new(_recovery),
                Violations = new(_violations),
                Kept = [.. _kept],
                OwnWorstStallMs = Math.Round(ownStall.TotalMilliseconds, 1),
            };
        }
    }
}
