namespace Faas.Supervisor.Functions;

/// <summary>Versions of one name and their shares in what calls it by name. Immutable.</summary>
public sealed class TrafficSplit
{
    /// <summary>Largest weight of one version; sums of as many as there can be stay far within an int.</summary>
    public const int MaxWeight = 10_000;

    private readonly FunctionVersion[] _versions;
    private readonly int[] _upTo;

    /// <param name="shares">At least one; weights of 1 and more.</param>
    internal TrafficSplit(IReadOnlyList<KeyValuePair<FunctionVersion, int>> shares)
    {
        Shares = shares;
        _versions = [.. shares.Select(share => share.Key)];
        _upTo = new int[shares.Count];
        for (var i = 0; i < shares.Count; i++)
        {
            _upTo[i] = shares[i].Value + (i > 0 ? _upTo[i - 1] : 0);
        }
    }

    public IReadOnlyList<KeyValuePair<FunctionVersion, int>> Shares { get; }

    /// <summary>One at random by weight. No allocation.</summary>
    internal FunctionVersion Pick(Random random)
    {
        var at = random.Next(_upTo[^1]);
        var i = 0;
        while (at >= _upTo[i])
        {
            i++;
        }

        return _versions[i];
    }
}
