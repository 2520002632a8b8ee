namespace Faas.LoadTests.Chaos;

/// <summary>One server of a run.</summary>
internal sealed record ChaosRoundReport
{
    public required string Strategy { get; init; }

    public required string Transport { get; init; }

    /// <summary>Of this server alone, drawn from that of the run.</summary>
    public required int Seed { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Ended calls by kind.</summary>
    public required SortedDictionary<string, long> Calls { get; init; }

    /// <summary>The same calls by the code of their answer: <c>ok</c>, a stable code, <c>broken</c> (connection), <c>left</c> (by us), <c>none</c>.</summary>
    public required SortedDictionary<string, long> Answers { get; init; }

    public required SortedDictionary<string, int> Faults { get; init; }

    /// <summary>From the end of a fault to the first good answer, by fault, milliseconds.</summary>
    public required SortedDictionary<string, double> WorstRecoveryMs { get; init; }

    /// <summary>Counts by verdict; those that did not occur are not there.</summary>
    public required SortedDictionary<string, long> Violations { get; init; }

    /// <summary>The first of each verdict.</summary>
    public required IReadOnlyList<ChaosViolation> Kept { get; init; }

    /// <summary>The longest time for which the machine did not let this process run, milliseconds: what bounds on time are worth.</summary>
    public required double OwnWorstStallMs { get; init; }

    public long CountOf(string verdict) => Violations.GetValueOrDefault(verdict);
}
