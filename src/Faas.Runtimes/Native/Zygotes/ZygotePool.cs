using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>The zygotes of one interpreter: one without a network, one with, each started when first needed.</summary>
internal sealed class ZygotePool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Zygote?[] _zygotes = new Zygote?[2];
    private readonly Interpreter _interpreter;
    private bool _isUnsupported;
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
            if (zygote is { IsAlive: true } || _isUnsupported || _isDisposed)
            {
                return _isUnsupported || _isDisposed ? null : zygote;
            }

            var isFirst = zygote is null;
            zygote?.Dispose();
            zygote = Zygote.TryStart(_interpreter, network);
            started = true;
            _isUnsupported = zygote is null && isFirst;
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
