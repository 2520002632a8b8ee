namespace Faas.Supervisor.Scheduling;

/// <summary>Waiters in arrival order: a doubly linked list through the waiters themselves, so that leaving from the middle costs nothing.</summary>
internal sealed class WaiterLine
{
    private Waiter? _tail;

    public Waiter? Head { get; private set; }

    public void Append(Waiter waiter)
    {
        waiter.Line = this;
        waiter.Previous = _tail;
        waiter.Next = null;
        if (_tail is null)
        {
            Head = waiter;
        }
        else
        {
            _tail.Next = waiter;
        }

        _tail = waiter;
    }

    public void Remove(Waiter waiter)
    {
        if (waiter.Previous is null)
        {
            Head = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _tail = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Line = null;
        waiter.Previous = null;
        waiter.Next = null;
    }
}
