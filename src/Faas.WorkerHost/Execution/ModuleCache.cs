using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Runtimes;

namespace Faas.WorkerHost.Execution;

/// <summary>
/// The functions of this worker and their loaded modules, bounded by bytes: the least recently used module that
/// nobody is inside goes first. A function whose module went stays known and is loaded again when it is needed.
/// </summary>
internal sealed class ModuleCache(BackendSet backends, long maxBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, FunctionEntry> _functions = [];
    private long _clock;
    private long _bytes;
    private int _loaded;
    private long _loads;

    public (int Modules, long Bytes, long Loads) Figures
    {
        get
        {
            lock (_gate)
            {
                return (_loaded, _bytes, _loads);
            }
        }
    }

    /// <exception cref="ProtocolViolationException">The handle is known already.</exception>
    public void Add(PrepareMessage prepare)
    {
        var entry = new FunctionEntry(prepare, backends.For(prepare.Kind));
        lock (_gate)
        {
            if (!_functions.TryAdd(prepare.Handle, entry))
            {
                // Replacing it would lose the module that the first one loaded.
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"handle {prepare.Handle} is prepared already");
            }
        }
    }

    public FunctionEntry? Find(uint handle)
    {
        lock (_gate)
        {
            return _functions.GetValueOrDefault(handle);
        }
    }

    public void Release(uint handle)
    {
        IRuntimeModule? module = null;
        lock (_gate)
        {
            if (_functions.Remove(handle, out var entry))
            {
                entry.Released = true;
                module = entry.Pins == 0 ? Unload(entry) : null;
            }
        }

        module?.Dispose();
    }

    /// <summary>Pins a function's module, loading it first when it is not there.</summary>
    /// <param name="entry">The function.</param>
    /// <param name="start">What had to be done.</param>
    /// <exception cref="ModuleLoadException">It cannot be loaded; nothing is pinned.</exception>
    public IRuntimeModule Enter(FunctionEntry entry, out StartKind start)
    {
        lock (_gate)
        {
            entry.Pins++;
            entry.LastUse = ++_clock;
            if (entry.Module is { } loaded)
            {
                start = StartKind.Warm;
                return loaded;
            }
        }

        start = StartKind.Cached;
        try
        {
            // One load at a time for one function; other functions are not held up.
            lock (entry)
            {
                return entry.Module ?? Load(entry);
            }
        }
        catch
        {
            Leave(entry);
            throw;
        }
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Leave(FunctionEntry entry)
    {
        IRuntimeModule? module = null;
        lock (_gate)
        {
            if (--entry.Pins == 0 && entry.Released)
            {
                module = Unload(entry);
            }
        }

        module?.Dispose();
    }

    /// <summary>Unloads what nobody is inside. Guests may still run when a session ends: the process is what ends them.</summary>
    public void Dispose()
    {
        List<IRuntimeModule> idle = [];
        lock (_gate)
        {
            foreach (var entry in _functions.Values.Where(entry => entry is { Pins: 0, Module: not null }))
            {
                idle.Add(Unload(entry)!);
            }
        }

        foreach (var module in idle)
        {
            module.Dispose();
        }
    }

    private IRuntimeModule Load(FunctionEntry entry)
    {
        var prepare = entry.Prepare;
        var module = entry.Backend.Load(new ModuleDescriptor(
            prepare.FunctionId, prepare.Kind, prepare.Path, prepare.Limits, prepare.Options));
        List<IRuntimeModule> evicted = [];
        lock (_gate)
        {
            entry.Module = module;
            _bytes += module.ResidentBytes;
            _loaded++;
            _loads++;
            while (_bytes > maxBytes && OldestIdle() is { } victim)
            {
                evicted.Add(Unload(victim)!);
            }
        }

        foreach (var old in evicted)
        {
            old.Dispose();
        }

        return module;
    }

    // Under _gate. A scan: it runs only when something was loaded and the cache is full.
    private FunctionEntry? OldestIdle() =>
        _functions.Values.Where(entry => entry is { Pins: 0, Module: not null }).MinBy(entry => entry.LastUse);

    // Under _gate.
    private IRuntimeModule? Unload(FunctionEntry entry)
    {
        var module = entry.Module;
        if (module is not null)
        {
            entry.Module = null;
            _bytes -= module.ResidentBytes;
            _loaded--;
        }

        return module;
    }
}
