namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// Whose files lie in a zygote's folder, and how much they take there. Each function has a limit of its own; those that
/// nobody runs have one together, past which the ones used longest ago go first. What somebody runs always stays.
/// Not thread-safe.
/// </summary>
/// <param name="idleBytes">What functions that nobody runs may take together, in bytes.</param>
internal sealed class LoadedFunctions(long idleBytes)
{
    /// <summary>The largest function there can be: what an archive may unpack to (64 MiB), its files rounded up to pages, its code.</summary>
    internal const long MaxFunctionBytes = 96L << 20;

    /// <summary>Room for the compiled code that a function's children leave for each other (CODE_BYTES in zygote.py).</summary>
    internal const long CodeBytes = 8L << 20;

    /// <summary>Two dozen ordinary functions with their packages, or two of the largest.</summary>
    internal const long DefaultIdleBytes = 160L << 20;

    private const long PageBytes = 4096;

    private readonly Dictionary<string, Entry> _functions = new(StringComparer.Ordinal);
    private long _clock;

    /// <summary>What all of them take, in bytes.</summary>
    internal long Bytes { get; private set; }

    /// <summary>What a function's files take on a tmpfs, with the room for its code and for the kernel's record of each file.</summary>
    internal static long BytesOf(IEnumerable<long> fileLengths)
    {
        var files = fileLengths.Sum(static length => ((length + PageBytes - 1) / PageBytes * PageBytes) + 1024);
        return files + Math.Min(CodeBytes, PageBytes + (2 * files));
    }

    /// <summary>Keeps a function's files until <see cref="Unpin"/>.</summary>
    /// <returns>False when they are not there.</returns>
    internal bool TryPin(string functionId)
    {
        if (!_functions.TryGetValue(functionId, out var entry))
        {
            return false;
        }

        entry.Users++;
        entry.IsDropped = false; // a version's files never change: loaded anew, they are the same
        return true;
    }

    /// <summary>A function whose files have just been written; pinned.</summary>
    internal void AddPinned(string functionId, long bytes)
    {
        _functions.Add(functionId, new Entry { Bytes = bytes, Users = 1 });
        Bytes += bytes;
    }

    /// <summary>Ends what <see cref="TryPin"/> or <see cref="AddPinned"/> began. What is to be removed then is in <see cref="TakeSurplus"/>.</summary>
    internal void Unpin(string functionId)
    {
        var entry = _functions[functionId];
        entry.Users--;
        entry.LastUse = ++_clock;
    }

    /// <summary>The function will not be asked for any more.</summary>
    internal void Drop(string functionId)
    {
        if (_functions.TryGetValue(functionId, out var entry))
        {
            entry.IsDropped = true;
        }
    }

    /// <summary>Takes out what must go, so that those that nobody runs take no more than they may.</summary>
    /// <param name="comingBytes">What is about to be added, in bytes.</param>
    /// <returns>The functions whose files are to be removed.</returns>
    internal IReadOnlyList<string> TakeSurplus(long comingBytes = 0)
    {
        var idle = _functions.Where(static function => function.Value.Users == 0).ToList();
        var surplus = idle.Sum(static function => function.Value.Bytes) + comingBytes - idleBytes;
        List<string> taken = [];
        foreach (var (functionId, entry) in idle.OrderByDescending(static function => function.Value.IsDropped).ThenBy(static function => function.Value.LastUse))
        {
            if (!entry.IsDropped && surplus <= 0)
            {
                break;
            }

            _functions.Remove(functionId);
            Bytes -= entry.Bytes;
            surplus -= entry.Bytes;
            taken.Add(functionId);
        }

        return taken;
    }

    private sealed class Entry
    {
        internal required long Bytes { get; init; }

        internal int Users { get; set; }

        internal long LastUse { get; set; }

        internal bool IsDropped { get; set; }
    }
}
