using System.Diagnostics;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Sandbox;

/// <summary>
/// Ends guests whose processes together hold more than one process of theirs may: resource limits count each process by
/// itself, and address space only where the interpreter does not reserve more than it uses. For where there are no
/// cgroups, which do the same in the kernel. Any thread.
/// </summary>
/// <remarks>
/// It looks at guests only when the machine has lost memory since it last did, and now and then. In between a guest can
/// take as much as it gets in <see cref="s_period"/>. What it cannot see, memory that nobody maps, is refused by the
/// filter of system calls.
/// </remarks>
internal sealed class MemoryWatch : IDisposable
{
    /// <summary>To ask the machine costs 50 µs.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);

    /// <summary>A guest that takes less than <see cref="NoticedBytes"/> is found out by then.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    /// <summary>Less than any limit that a function can have together with its interpreter.</summary>
    private const long NoticedBytes = 16L << 20;

    /// <summary>To look at all guests takes one part in this many of a processor at most.</summary>
    private const int TimeShare = 20;

    private readonly Lock _lock = new();
    private readonly List<Guest> _guests = [];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private (long Available, long Shared) _last;
    private long _lookedAt;

    internal MemoryWatch(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((MemoryWatch)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a guest until its end.</summary>
    /// <param name="process">What was started.</param>
    /// <param name="zygoteDepth">Null for one guest. For a zygote how far below <paramref name="process"/> it is: each of its children is a guest.</param>
    internal void Add(ChildProcess process, int? zygoteDepth)
    {
        lock (_lock)
        {
            _guests.Add(new Guest(process, zygoteDepth));
            if (_guests.Count == 1)
            {
                _timer.Change(s_period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        Guest[] guests;
        lock (_lock)
        {
            _guests.RemoveAll(static guest => guest.Process.TryReap(out _));
            if (_guests.Count == 0)
            {
                return; // the next guest starts it again
            }

            guests = [.. _guests];
        }

        var pause = s_period;
        if (IsDue(out var sharedHasGrown))
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var guest in guests)
            {
                Look(guest, sharedHasGrown);
            }

            var longest = Stopwatch.GetElapsedTime(start) * TimeShare;
            pause = longest > pause ? longest : pause;
            _lookedAt = _time.GetTimestamp();
        }

        _timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private bool IsDue(out bool sharedHasGrown)
    {
        sharedHasGrown = true;
        if (ProcessMemory.OfMachine() is not { } now)
        {
            return true;
        }

        sharedHasGrown = now.Shared - _last.Shared >= NoticedBytes;
        if (sharedHasGrown || _last.Available - now.Available >= NoticedBytes || _time.GetElapsedTime(_lookedAt) >= s_longest)
        {
            _last = now;
            return true;
        }

        // From the best state since then: what is taken slowly adds up.
        _last = (Math.Max(_last.Available, now.Available), Math.Min(_last.Shared, now.Shared));
        return false;
    }

    private static void Look(Guest guest, bool sharedHasGrown)
    {
        if (guest.ZygoteDepth is not { } depth)
        {
            if (IsPastItsLimit(guest.Process.Pid, sharedHasGrown))
            {
                guest.Process.NoteMemoryKill();
                guest.Process.Kill();
            }

            return;
        }

        var zygote = guest.Process.Pid;
        for (; depth > 0 && zygote != 0; depth--)
        {
            zygote = ProcessMemory.Children(zygote).FirstOrDefault();
        }

        foreach (var child in zygote == 0 ? [] : ProcessMemory.Children(zygote))
        {
            if (IsPastItsLimit(child, sharedHasGrown))
            {
                KillChild(guest.Process, zygote, child);
            }
        }
    }

    /// <summary>The launchers among them have no limits, nor has a zygote's child that waits for its job.</summary>
    private static bool IsPastItsLimit(int root, bool sharedHasGrown)
    {
        var tree = ProcessMemory.Tree(root);
        var inside = tree.Find(static process => ProcessMemory.Limit(process) is not null);
        if (inside == 0)
        {
            return false;
        }

        var limit = tree.Max(ProcessMemory.Limit);
        var files = ProcessMemory.OfTemporaryFiles(inside);
        return (sharedHasGrown || files + tree.Sum(ProcessMemory.Resident) > limit) // shared memory may be in nobody's table of pages
            && files + ProcessMemory.Held(tree) > limit;
    }

    /// <summary>Its number may be another process's by now: the descriptor is of one process, and that is still the zygote's child or not.</summary>
    private static void KillChild(ChildProcess process, int zygote, int child)
    {
        using var descriptor = new FileDescriptor((int)LibcNativeMethods.syscall(LibcNativeMethods.SYS_pidfd_open, child, 0));
        if (descriptor.IsOpen && ProcessMemory.Parent(child) == zygote)
        {
            process.NoteMemoryKill();
            _ = LibcNativeMethods.syscall(LibcNativeMethods.SYS_pidfd_send_signal, descriptor.Value, LibcNativeMethods.SIGKILL, 0, 0);
        }
    }

    private sealed record Guest(ChildProcess Process, int? ZygoteDepth);
}
