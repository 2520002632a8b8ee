using Faas.Supervisor.Scheduling;

namespace Faas.Lab.Replaying;

/// <summary>
/// A worker in virtual time: its invocations advance at one common rate, so that who ends first is who entered with the least work on top of
/// the worker's own clock of work done (processor sharing; L. Kleinrock, "Time-shared systems: a theoretical treatment", JACM 14(2), 1967).
/// </summary>
internal sealed class ReplayWorker(double speed, double processors)
{
    private readonly PriorityQueue<(int Invocation, Lease Lease), double> _running = new();
    private double _done;
    private long _at;

    /// <summary>When the next invocation ends, in ns; <see cref="long.MaxValue"/> while none runs.</summary>
    public long NextEnd { get; private set; } = long.MaxValue;

    public int Running => _running.Count;

    /// <param name="now">Virtual time, ns; never before the last call's.</param>
    /// <param name="invocation">Handed back at its end.</param>
    /// <param name="lease">Handed back at its end.</param>
    /// <param name="work">What it takes when it has the worker to itself at speed 1, ns.</param>
    public void Start(long now, int invocation, in Lease lease, double work)
    {
        Advance(now);
        _running.Enqueue((invocation, lease), _done + work);
        FindNext();
    }

    /// <summary>The invocation that ends at <see cref="NextEnd"/>.</summary>
    public (int Invocation, Lease Lease) End()
    {
        _at = NextEnd;
        _running.TryDequeue(out var ended, out var work);
        _done = work;
        FindNext();
        return ended;
    }

    private double Rate => speed * (processors == 0 || _running.Count <= processors ? 1 : processors / _running.Count);

    private void Advance(long now)
    {
        if (_running.Count > 0)
        {
            _done += (now - _at) * Rate;
        }

        _at = now;
    }

    private void FindNext() =>
        NextEnd = _running.TryPeek(out _, out var work) ? _at + (long)Math.Ceiling(Math.Max(work - _done, 0) / Rate) : long.MaxValue;
}
