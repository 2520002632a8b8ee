using System.Runtime.InteropServices;

namespace Faas.Supervisor.Hosting;

/// <summary>SIGINT and SIGTERM: the first asks for an orderly end, the second for an end at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _second = new();
    private readonly List<IDisposable> _registrations = [];
    private int _count;

    public ShutdownSignals(CancellationToken alsoFirst)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(alsoFirst.Register(() => _first.TrySetResult()));
    }

    /// <summary>Fires with the second signal.</summary>
    public CancellationToken Second => _second.Token;

    /// <summary>Completes with the first signal.</summary>
    public Task FirstAsync() => _first.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _second.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _first.TrySetResult();
        if (Interlocked.Increment(ref _count) > 1)
        {
            _second.Cancel();
        }
    }
}
