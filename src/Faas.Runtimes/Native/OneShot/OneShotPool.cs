using System.ComponentModel;
using System.Diagnostics;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Lanes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.OneShot;

/// <summary>
/// The processes of one function that have been started ahead and wait for a job: one from its first call on, more
/// when calls have come faster than they start. Each serves one call; what replaces it is started after the call, off
/// its way. Any thread.
/// </summary>
internal sealed class OneShotPool : IIdleGuests
{
    /// <summary>A burst finds this many. Node starts in 60 ms of processor time, so that more do not come sooner on two.</summary>
    private const int Max = 4;

    private readonly Lock _lock = new();
    private readonly Lock _refill = new();
    private readonly List<OneShotProcess> _waiting = []; // in the order of their start
    private readonly Interpreter _interpreter;
    private readonly FunctionSource _source;
    private readonly InvocationLimits _limits;
    private readonly NetworkAccess _network;
    private int _wanted;
    private int _running;
    private bool _isDisposed;

    /// <param name="interpreter">What is started.</param>
    /// <param name="source">The function.</param>
    /// <param name="limits">Its memory limit counts; deadlines come with the calls.</param>
    /// <param name="network">What it may reach.</param>
    internal OneShotPool(Interpreter interpreter, FunctionSource source, InvocationLimits limits, NetworkAccess network)
    {
        _interpreter = interpreter;
        _source = source;
        _limits = limits;
        _network = network;
    }

    /// <summary>True when bubblewrap stands between the interpreter and us.</summary>
    internal bool IsConfined => _interpreter.Sandbox.IsConfined;

    /// <inheritdoc/>
    public int Guests
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count + _running;
            }
        }
    }

    /// <inheritdoc/>
    public long OldestUse
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0 ? _waiting[0].StartedAt : long.MaxValue;
            }
        }
    }

    /// <summary>
    /// A waiting process, which is the caller's from now on: the one started last of those that are ready, so that those
    /// beyond the demand grow old. When there is none, or none that is ready, more are wanted from now on.
    /// </summary>
    /// <param name="memoryBytes">The limit it must have been started with.</param>
    /// <returns>Null when one has to be started.</returns>
    internal OneShotProcess? TryTake(long memoryBytes)
    {
        lock (_lock)
        {
            var index = _waiting.FindLastIndex(process => process.MemoryBytes == memoryBytes && process.IsReady);
            if (index < 0)
            {
                _wanted = Math.Min(_wanted + 1, Max);
                index = _waiting.FindIndex(process => process.MemoryBytes == memoryBytes);
            }

            if (index < 0)
            {
                return null;
            }

            var taken = _waiting[index];
            _waiting.RemoveAt(index);
            _running++;
            return taken;
        }
    }

    /// <summary>Starts one for a call that waits for it.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    internal OneShotProcess Start(InvocationLimits limits)
    {
        _interpreter.Keeper.MakeRoom();
        var process = OneShotProcess.Start(_interpreter, _source, limits, _network);
        lock (_lock)
        {
            _running++;
        }

        return process;
    }

    /// <summary>A process that was taken or started has ended: it is replaced, and nobody waits for that.</summary>
    internal void Used()
    {
        lock (_lock)
        {
            _running--;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static pool => pool.Refill(), this, preferLocal: false);
    }

    /// <inheritdoc/>
    public bool TryEndOldest()
    {
        OneShotProcess oldest;
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return false;
            }

            oldest = _waiting[0];
            _waiting.RemoveAt(0);
        }

        oldest.Dispose();
        return true;
    }

    /// <inheritdoc/>
    public void Trim(TimeSpan idle) => Trim(process => Stopwatch.GetElapsedTime(process.StartedAt) > idle);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        lock (_refill)
        {
            Trim(static _ => true); // after the start that may be under way
        }
    }

    private void Trim(Predicate<OneShotProcess> isOver)
    {
        List<OneShotProcess> over;
        lock (_lock)
        {
            over = _waiting.FindAll(isOver);
            _waiting.RemoveAll(over.Contains);
            _wanted = Math.Max(_wanted - over.Count, 0); // nobody has asked for them
        }

        foreach (var process in over)
        {
            process.Dispose();
        }
    }

    private void Refill()
    {
        lock (_refill)
        {
            while (Misses(out var isFirst) && (isFirst ? _interpreter.Keeper.MakeRoom() : _interpreter.Keeper.HasRoom))
            {
                OneShotProcess process;
                try
                {
                    process = OneShotProcess.Start(_interpreter, _source, _limits, _network);
                }
                catch (Win32Exception)
                {
                    return; // the next call starts its own, and says what is wrong
                }

                lock (_lock)
                {
                    _waiting.Add(process);
                }
            }
        }
    }

    /// <summary>Whether one should be started. The first may take another function's place, a further one may not.</summary>
    private bool Misses(out bool isFirst)
    {
        lock (_lock)
        {
            isFirst = _waiting.Count == 0;
            return !_isDisposed && _waiting.Count < _wanted;
        }
    }
}
