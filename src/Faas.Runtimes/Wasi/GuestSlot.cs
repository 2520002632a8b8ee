using System.Runtime.ExceptionServices;
using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// What every engine keeps for a thread from invocation to invocation, and how it judges an end: the same order of causes
/// and the same words on all of them.
/// </summary>
internal abstract class GuestSlot
{
    private InvocationContext? _invocation;
    private Exception? _parked;

    public WasiContext Wasi { get; } = new();

    /// <summary>The invocation that runs.</summary>
    protected InvocationContext Invocation => _invocation!;

    /// <summary>The engine ended the guest from outside: its caller went away or its deadline passed.</summary>
    protected bool IsInterrupted { get; set; }

    /// <summary>Keeps what must not cross native frames, until the guest has ended.</summary>
    public void Park(Exception exception) => _parked ??= exception;

    protected void Begin(InvocationContext invocation, BundledFiles files)
    {
        _invocation = invocation;
        _parked = null;
        IsInterrupted = false;
        Wasi.BundledFiles = files.All;
        Wasi.Begin(invocation);
    }

    protected void End()
    {
        Wasi.End();
        _invocation = null;
    }

    /// <summary>True when a trap's own words are the cause: no host call and no interruption ended the guest.</summary>
    protected bool IsOwnTrap => Wasi.Termination == WasiTermination.None && !IsInterrupted && _parked is null;

    /// <summary>Why the guest did not simply return.</summary>
    /// <param name="memoryRefused">It had asked for more than its limit.</param>
    /// <param name="peak">Bytes of memory it has.</param>
    /// <param name="trap">Words of a trap; needed only when <see cref="IsOwnTrap"/>.</param>
    /// <param name="failure">What the engine said when it could not run the guest at all.</param>
    protected InvocationResult Judge(bool memoryRefused, long peak, string? trap, string? failure)
    {
        if (_parked is not null)
        {
            ExceptionDispatchInfo.Throw(_parked);
        }

        if (IsInterrupted || Wasi.Termination == WasiTermination.Cancelled)
        {
            return LimitResults.Interrupted(Invocation, peak);
        }

        switch (Wasi.Termination)
        {
            case WasiTermination.OutputLimit:
                return LimitResults.Output(Invocation, peak);
            case WasiTermination.Exit when Wasi.ExitCode == 0:
                return new InvocationResult(InvocationStatus.Ok, PeakMemoryBytes: peak);
        }

        // The guest failed. If it had asked for more than its limit, that is the cause it gets to see: exact for
        // the request, a fair presumption for the failure (a program that copes with the refusal does not fail).
        if (memoryRefused)
        {
            return LimitResults.Memory(Invocation, peak);
        }

        return Wasi.Termination switch
        {
            WasiTermination.Exit => new InvocationResult(InvocationStatus.FunctionFailed, Wasi.ExitCode, PeakMemoryBytes: peak),
            WasiTermination.Raised => new InvocationResult(
                InvocationStatus.Trap, Message: $"the function raised signal {Wasi.ExitCode - 128}", PeakMemoryBytes: peak),
            _ when trap is not null => new InvocationResult(InvocationStatus.Trap, Message: trap, PeakMemoryBytes: peak),
            _ => new InvocationResult(InvocationStatus.InternalError, Message: failure, PeakMemoryBytes: peak),
        };
    }
}
