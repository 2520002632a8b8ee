using System.Collections.Concurrent;
using System.Globalization;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// Which labels a function version is counted under. At most so many versions have their own; the others share
/// <c>other</c>. A new version takes the place of its function's oldest one when there is no room. What is deleted leaves.
/// </summary>
/// <param name="maximum">Versions with labels of their own.</param>
/// <param name="workers">Number of the pool's positions.</param>
/// <param name="isDeployed">False once a version was deleted: a late end must not bring it back.</param>
internal sealed class FunctionSeriesTable(int maximum, int workers, Func<FunctionVersion, bool> isDeployed)
{
    public const string OtherLabel = "other";

    private readonly ConcurrentDictionary<uint, FunctionSeries> _byHandle = new();
    private readonly Dictionary<uint, FunctionVersion> _own = []; // under _gate
    private readonly Lock _gate = new();
    private readonly FunctionSeries _other = new(OtherLabel, OtherLabel, OtherLabel, workers);

    /// <summary>Where a version is counted.</summary>
    public FunctionSeries Of(FunctionVersion function) =>
        _byHandle.TryGetValue(function.Handle, out var series) ? series : Add(function);

    /// <summary>The version was deleted.</summary>
    public void Forget(FunctionVersion function)
    {
        lock (_gate)
        {
            _own.Remove(function.Handle);
            _byHandle.TryRemove(function.Handle, out _);
        }
    }

    /// <summary>All that count now, the shared one last.</summary>
    public IReadOnlyList<FunctionSeries> All()
    {
        lock (_gate)
        {
            return [.. _own.Keys.Order().Select(handle => _byHandle[handle]), _other];
        }
    }

    private FunctionSeries Add(FunctionVersion function)
    {
        lock (_gate)
        {
            if (_byHandle.TryGetValue(function.Handle, out var known))
            {
                return known;
            }

            if (!isDeployed(function))
            {
                return _other;
            }

            if (_own.Count >= maximum)
            {
                var older = _own.Values.Where(other => other.Name == function.Name && other.Stamp < function.Stamp).MinBy(other => other.Stamp);
                if (older is null)
                {
                    return _byHandle[function.Handle] = _other;
                }

                _own.Remove(older.Handle);
                _byHandle[older.Handle] = _other;
            }

            _own[function.Handle] = function;
            return _byHandle[function.Handle] = new FunctionSeries(
                function.Name, function.Version.ToString(CultureInfo.InvariantCulture), function.Language, workers);
        }
    }
}
