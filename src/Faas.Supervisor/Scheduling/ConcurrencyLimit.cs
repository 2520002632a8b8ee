namespace Faas.Supervisor.Scheduling;

/// <summary>
/// The deploy option <c>concurrency=N</c>: one object a function, passed with each of its requests. It stands before the line for slots: a
/// request over the limit waits here, in arrival order, and joins the line when one of its function ends, so a limited function never holds
/// back another. Those who wait here count toward the queue's bound. State belongs to the scheduler's lock.
/// </summary>
public sealed class ConcurrencyLimit
{
    /// <param name="maximum">At least 1.</param>
    public ConcurrencyLimit(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        Maximum = maximum;
    }

    /// <summary>Invocations of the function that may hold a slot or wait for one.</summary>
    public int Maximum { get; }

    /// <summary>Invocations that do.</summary>
    public int Entered { get; internal set; }

    internal bool IsFull => Entered >= Maximum;

    internal WaiterLine Line { get; } = new();
}
