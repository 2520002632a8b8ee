using Faas.Supervisor.Scheduling;
using Microsoft.Extensions.ObjectPool;

namespace Faas.Supervisor.Invocations;

/// <summary>Objects for invocations, used again when both owners of one have let go. Any thread.</summary>
internal sealed class InvocationPool
{
    private readonly ObjectPool<Invocation> _idle;
    private int _living;

    /// <param name="scheduler">Where the slots of invocations go back to.</param>
    /// <param name="mostIdle">So many are kept; what a burst makes beyond that is left to the garbage collector.</param>
    public InvocationPool(Scheduler scheduler, int mostIdle)
    {
        Scheduler = scheduler;
        _idle = new DefaultObjectPool<Invocation>(new Policy(this), mostIdle);
    }

    public Scheduler Scheduler { get; }

    /// <summary>Objects that somebody owns.</summary>
    public int Living => Volatile.Read(ref _living);

    public Invocation Rent()
    {
        Interlocked.Increment(ref _living);
        return _idle.Get();
    }

    public void Return(Invocation invocation)
    {
        Interlocked.Decrement(ref _living);
        _idle.Return(invocation);
    }

    private sealed class Policy(InvocationPool pool) : PooledObjectPolicy<Invocation>
    {
        public override Invocation Create() => new(pool);

        public override bool Return(Invocation invocation) => true;
    }
}
