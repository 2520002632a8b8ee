namespace Faas.Supervisor.Gateway;

/// <summary>Bytes that many may hold together. Thread-safe; never waits.</summary>
/// <param name="mostBytes">Of all.</param>
internal sealed class ByteBudget(long mostBytes)
{
    private long _taken;

    public long MostBytes => mostBytes;

    /// <summary>What is held now.</summary>
    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <returns>False: there is not so much left, and nothing was taken.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= mostBytes)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Once for each that was taken.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
