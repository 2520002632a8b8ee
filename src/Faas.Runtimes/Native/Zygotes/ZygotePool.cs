using System.Diagnostics;
using Faas.Runtimes.Native.Lanes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>The zygotes of one interpreter: one without a network, one with, each started when first needed.</summary>
internal sealed class ZygotePool : IIdleGuests
{
    /// <summary>A machine that cannot run zygotes is asked again after this: what failed may have been a lack of processes or time.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Zygote?[] _zygotes = new Zygote?[2];
    private readonly Interpreter _interpreter;
    private bool _hasWorked;
    private long? _failedAt;
    private bool _isDisposed;

    internal ZygotePool(Interpreter interpreter) => _interpreter = interpreter;

    /// <summary>The zygote for an access, started if there is none or the last one has ended.</summary>
    /// <returns>Null when zygotes do not work on this machine.</returns>
    internal Zygote? Get(NetworkAccess network, out bool started)
    {
        started = false;
        lock (_lock)
        {
            ref var zygote = ref _zygotes[(int)network];
            if (_isDisposed || (_failedAt is { } failed && Stopwatch.GetElapsedTime(failed) < s_retry))
            {
                return null;
            }

            if (zygote is { IsAlive: true })
            {
                zygote.Touch();
                return zygote;
            }

            zygote?.Dispose();
            zygote = Zygote.TryStart(_interpreter, network);
            started = true;
            _failedAt = zygote is null && !_hasWorked ? Stopwatch.GetTimestamp() : null;
            _hasWorked |= zygote is not null;
            return zygote;
        }
    }

    internal void Drop(string functionId)
    {
        lock (_lock)
        {
            foreach (var zygote in _zygotes)
            {
                zygote?.Drop(functionId);
            }
        }
    }

    /// <summary>Zygotes are not counted: there are two at most, and their children live as long as their jobs.</summary>
    public int Guests => 0;

    /// <inheritdoc/>
    public long OldestUse => long.MaxValue;

    /// <inheritdoc/>
    public bool TryEndOldest() => false;

    /// <summary>Ends zygotes that nothing was asked of, and their spare children.</summary>
    public void Trim(TimeSpan idle)
    {
        lock (_lock)
        {
            for (var i = 0; i < _zygotes.Length; i++)
            {
                if (_zygotes[i]?.IsIdle(idle) == true)
                {
                    _zygotes[i]!.Dispose();
                    _zygotes[i] = null;
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var zygote in _zygotes)
            {
                zygote?.Dispose();
            }
        }
    }
}
