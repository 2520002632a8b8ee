namespace Faas.Load;

/// <summary>How far a run is. Each load thread writes its own cell a few times a second; anyone may read.</summary>
public sealed class LoadProgress(int threads)
{
    private readonly long[] _done = new long[threads];
    private int _warm;

    /// <summary>Measured requests that have ended, failed ones included.</summary>
    public long Done
    {
        get
        {
            long sum = 0;
            for (var i = 0; i < _done.Length; i++)
            {
                sum += Volatile.Read(ref _done[i]);
            }

            return sum;
        }
    }

    /// <summary>Whether the warm-up is over.</summary>
    public bool IsMeasuring => Volatile.Read(ref _warm) != 0;

    internal void Report(int thread, long done, bool measuring)
    {
        Volatile.Write(ref _done[thread], done);
        if (measuring)
        {
            Volatile.Write(ref _warm, 1);
        }
    }
}
