using System.Threading.Tasks.Sources;

namespace Faas.Supervisor.Scheduling;

/// <summary>
/// One request that waits; pooled by its scheduler. Life: rented and lined up under the lock → decided under the lock (taken out of its line,
/// result set) → completed outside the lock → result read once, which gives the object back. All fields belong to the lock, except that
/// after the decision they are the completer's.
/// </summary>
internal sealed class Waiter(Scheduler scheduler) : IValueTaskSource<LeaseResult>
{
    // Continuations never run on the thread that returns a lease: it has a connection to read.
    private ManualResetValueTaskSourceCore<LeaseResult> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    /// <summary>Where it stands; null once decided.</summary>
    public WaiterLine? Line { get; set; }

    public Waiter? Previous { get; set; }

    /// <summary>Next in line; after the decision, next of the list to complete; in the pool, next free one.</summary>
    public Waiter? Next { get; set; }

    public PlacementRequest Request { get; set; }

    public PlacementGroup Group { get; set; } = null!;

    /// <summary>Order of arrival in the line for slots, over all groups.</summary>
    public long Sequence { get; set; }

    /// <summary>When it came; the scheduler's timestamps.</summary>
    public long Since { get; set; }

    public LeaseResult Result { get; set; }

    public ValueTask<LeaseResult> Task => new(this, _core.Version);

    /// <summary>Called once after lining up, outside the lock: a token that already fired runs the callback here and now.</summary>
    public void Watch(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static state => ((Waiter)state!).Cancel(), this);
        }
    }

    public void Complete() => _core.SetResult(Result);

    public LeaseResult GetResult(short token)
    {
        LeaseResult result = _core.GetResult(token);

        // Waits for a callback that is running, so that none can meet this object in its next life.
        _registration.Dispose();
        _registration = default;
        _core.Reset();
        Request = default;
        Result = default;
        scheduler.Return(this);
        return result;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel() => scheduler.Cancel(this);
}
