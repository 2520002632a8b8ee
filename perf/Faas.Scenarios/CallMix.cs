namespace Faas.Scenarios;

/// <summary>What callers call, and how often each: immutable, so that every load thread may draw from it.</summary>
internal sealed class CallMix
{
    private readonly double[] _cumulative;

    public CallMix(IEnumerable<(Call Call, double Weight)> calls)
    {
        var listed = calls.ToArray();
        Calls = [.. listed.Select(entry => entry.Call)];
        _cumulative = new double[listed.Length];
        double sum = 0;
        for (var i = 0; i < listed.Length; i++)
        {
            sum += listed[i].Weight;
            _cumulative[i] = sum;
        }
    }

    public IReadOnlyList<Call> Calls { get; }

    public static CallMix Only(Call call) => new([(call, 1.0)]);

    /// <summary>Popularity falls with the rank as 1 ÷ rank^exponent.</summary>
    public static CallMix Zipf(IEnumerable<Call> calls, double exponent)
        => new(calls.Select((call, rank) => (call, 1 / Math.Pow(rank + 1, exponent))));

    /// <summary>Draws the index of the next call.</summary>
    public int Next(Random random)
    {
        if (_cumulative.Length == 1)
        {
            return 0;
        }

        var found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1);
    }
}
