using System.Collections.Concurrent;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Dashboard;

/// <summary>
/// Counts ended invocations for the dashboard: at all times, whoever looks, so that a fresh page has a past to show. Costs one
/// look-up and two or three interlocked additions.
/// </summary>
internal sealed class ActivityRecorder
{
    /// <summary>Functions that are counted one by one. More than a page can show; those past it are in the sum only.</summary>
    public const int MaxFunctions = 2048;

    private readonly ConcurrentDictionary<uint, FunctionActivity> _byHandle = new();
    private readonly ConcurrentDictionary<string, FunctionActivity> _byName = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>All functions together.</summary>
    public ActivityCounters Total { get; } = new();

    /// <summary>Those with invocations lately, in no order.</summary>
    public IEnumerable<FunctionActivity> Functions => _byName.Values;

    /// <summary>An invocation ended; its client's going away is no failure.</summary>
    public void Record(Invocation invocation) => Record(
        invocation.Request.Function,
        invocation.Timings.TotalNanoseconds,
        invocation.End is not (InvocationEnd.Ok or InvocationEnd.Cancelled));

    /// <summary>An html function was answered, which takes no worker.</summary>
    public void RecordFromStore(FunctionVersion function) => Record(function, nanoseconds: 0, failed: false);

    /// <summary>An invocation was turned away: queue full, no worker, shutting down.</summary>
    public void RecordRefusal(FunctionVersion function)
    {
        Total.CountRefusal();
        Find(function)?.CountRefusal();
    }

    public FunctionActivity? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Forgets a function until it is invoked again. What is counted at this very moment may be lost.</summary>
    public void Forget(FunctionActivity activity)
    {
        if (_byName.TryRemove(activity.Name, out _))
        {
            Interlocked.Decrement(ref _count);
        }

        foreach (var (handle, other) in _byHandle)
        {
            if (ReferenceEquals(other, activity))
            {
                _byHandle.TryRemove(handle, out _);
            }
        }
    }

    /// <summary>Forgets a deleted version.</summary>
    public void Forget(FunctionVersion function) => _byHandle.TryRemove(function.Handle, out _);

    private void Record(FunctionVersion function, long nanoseconds, bool failed)
    {
        Total.Count(nanoseconds, failed);
        Find(function)?.Count(nanoseconds, failed);
    }

    private FunctionActivity? Find(FunctionVersion function) =>
        _byHandle.TryGetValue(function.Handle, out var activity) ? activity : Add(function);

    private FunctionActivity? Add(FunctionVersion function)
    {
        if (!_byName.TryGetValue(function.Name, out var activity))
        {
            if (Volatile.Read(ref _count) >= MaxFunctions)
            {
                return null;
            }

            activity = new FunctionActivity(function.Name);
            if (!_byName.TryAdd(function.Name, activity))
            {
                return Find(function.Name);
            }

            Interlocked.Increment(ref _count);
        }

        _byHandle.TryAdd(function.Handle, activity);
        return activity;
    }
}
