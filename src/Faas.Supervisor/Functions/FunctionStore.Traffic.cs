using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Faas.Supervisor.Functions;

/// <summary>Which version an invocation by name gets while several share them.</summary>
public sealed partial class FunctionStore
{
    // Empty for almost everybody: then a pick costs one comparison more than a look-up.
    private readonly ConcurrentDictionary<string, TrafficSplit> _splits = new(StringComparer.Ordinal);
    private volatile bool _hasSplits;

    /// <summary>As <see cref="TryResolve"/>, for something to run: a name with a split means one of its versions at random. No allocation.</summary>
    public bool TryPick(ReadOnlySpan<char> nameOrId, [MaybeNullWhen(false)] out FunctionVersion version)
    {
        if (!TryResolve(nameOrId, out version))
        {
            return false;
        }

        if (_hasSplits && _splits.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(nameOrId, out var split))
        {
            version = split.Pick(Random.Shared);
        }

        return true;
    }

    /// <summary>How a name's invocations are spread; null when all go to what it means.</summary>
    public TrafficSplit? FindSplit(string name) => _splits.GetValueOrDefault(name);

    /// <summary>Spreads a name's invocations over versions until its next deploy or roll-back, durably.</summary>
    /// <param name="name">A function's name.</param>
    /// <param name="weights">Ids and weights of 1 to <see cref="TrafficSplit.MaxWeight"/>; empty ends a split.</param>
    /// <param name="cancellationToken">Before it has begun.</param>
    /// <returns>Null when done; else the id that is no version of the name, or the name itself.</returns>
    /// <exception cref="StorageFailedException">The disk; nothing has changed.</exception>
    public Task<string?> SetTrafficAsync(string name, IReadOnlyList<KeyValuePair<string, int>> weights, CancellationToken cancellationToken) =>
        Task.Run(() => StorageFailedException.Guard("spread the function's invocations", () => SetTraffic(name, weights)), cancellationToken);

    private string? SetTraffic(string name, IReadOnlyList<KeyValuePair<string, int>> weights)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(name, out var entry) || entry.Versions.Count == 0)
            {
                return name;
            }

            var known = entry.Versions.Select(version => version.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var (id, _) in weights)
            {
                if (!known.Contains(id))
                {
                    return id;
                }
            }

            // What the name means for everybody but an invocation stays as it is.
            var pin = new VersionPin(entry.Current.Id, entry.Versions[^1].Stamp, weights);
            pin.Write(Data, name, Reached);
            SetPin(name, entry, pin);
        }

        FunctionStoreLog.TrafficSplit(_logger, name, string.Join(", ", weights.Select(share => $"{share.Key} {share.Value}")));
        return null;
    }

    // Under the gate, after anything that the pin or the versions say has changed.
    private void SetPin(string name, NameEntry entry, VersionPin? pin)
    {
        entry.Pin = pin;
        if (entry.Versions.Count > 0)
        {
            _index[name] = entry.Current;
        }

        var shares = new List<KeyValuePair<FunctionVersion, int>>();
        if (pin is { Weights.Count: > 0 })
        {
            var versions = entry.Versions.ToDictionary(version => version.Id, StringComparer.Ordinal);
            foreach (var (id, weight) in pin.Weights)
            {
                if (weight > 0 && versions.TryGetValue(id, out var version))
                {
                    shares.Add(KeyValuePair.Create(version, Math.Min(weight, TrafficSplit.MaxWeight)));
                }
            }
        }

        if (shares.Count > 0)
        {
            _splits[name] = new TrafficSplit(shares);
        }
        else
        {
            _splits.TryRemove(name, out _);
        }

        _hasSplits = !_splits.IsEmpty;
    }
}
