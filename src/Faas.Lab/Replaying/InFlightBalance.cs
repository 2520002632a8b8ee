namespace Faas.Lab.Replaying;

/// <summary>
/// How evenly the invocations in flight lie on the workers: the most that any of them has, over the mean, both averaged over the time in which
/// there are any. 1 is even; with everything on one of n workers it is n.
/// </summary>
internal sealed class InFlightBalance(int workers)
{
    private readonly int[] _inFlight = new int[workers];
    private int[] _workersWith = [workers, 0];
    private int _most;
    private int _all;
    private long _at;
    private double _mostTime;
    private double _allTime;

    public double MaxOverMean => _allTime == 0 ? 1 : _mostTime / (_allTime / _inFlight.Length);

    public void Started(long now, int worker)
    {
        Advance(now);
        var count = ++_inFlight[worker];
        if (count == _workersWith.Length)
        {
            Array.Resize(ref _workersWith, count * 2);
        }

        _workersWith[count - 1]--;
        _workersWith[count]++;
        _most = Math.Max(_most, count);
        _all++;
    }

    public void Ended(long now, int worker)
    {
        Advance(now);
        var count = _inFlight[worker]--;
        _workersWith[count]--;
        _workersWith[count - 1]++;
        if (count == _most && _workersWith[count] == 0)
        {
            _most--;
        }

        _all--;
    }

    private void Advance(long now)
    {
        _mostTime += (double)_most * (now - _at);
        _allTime += (double)_all * (now - _at);
        _at = now;
    }
}
