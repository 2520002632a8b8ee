namespace Faas.Supervisor.Invocations;

/// <summary>
/// Places: calls in flight, from the door to the end, whether they run or wait. A slot is the right to use a processor; a call that waits
/// for one, or for a slow reader, holds a place all the same. Any thread.
/// </summary>
/// <param name="maximum">So many; one more is refused.</param>
internal sealed class Places(int maximum)
{
    /// <summary>Room for a full queue and every slot of a large pool.</summary>
    public const int DefaultMaximum = 2048;

    private int _taken;

    public int Maximum => maximum;

    public int Taken => Volatile.Read(ref _taken);

    /// <returns>False when all are taken.</returns>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= maximum)
        {
            return true;
        }

        GiveBack();
        return false;
    }

    public void GiveBack() => Interlocked.Decrement(ref _taken);
}
