namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// Children of one zygote that have been forked and isolated ahead of demand and wait for a job: what of a script's
/// start need not happen while its caller waits. As many as have lately been missing.
/// </summary>
internal sealed class SpareChildren(Zygote zygote) : IDisposable
{
    /// <summary>
    /// A burst finds this many; past it a child costs its caller 2 ms. Each holds 2 to 3 MiB that it does not share
    /// with its zygote.
    /// </summary>
    private const int Max = 4;

    private readonly Lock _lock = new();
    private readonly Queue<ZygoteChild> _waiting = new();
    private int _wanted = 1;
    private bool _isDisposed;

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>The one that has waited longest, and so is surely ready; null when one has to be forked.</summary>
    internal ZygoteChild? TryTake()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var child))
            {
                return child;
            }

            _wanted = Math.Min(_wanted + 1, Max);
            return null;
        }
    }

    /// <summary>Forks those that are missing.</summary>
    internal void Refill()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_isDisposed || _waiting.Count >= _wanted || zygote.Fork() is not { } child)
                {
                    return;
                }

                _waiting.Enqueue(child);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            while (_waiting.TryDequeue(out var child))
            {
                child.Dispose();
            }
        }
    }
}
