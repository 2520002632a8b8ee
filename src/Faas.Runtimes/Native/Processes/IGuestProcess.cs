namespace Faas.Runtimes.Native.Processes;

/// <summary>A running guest, whoever is its parent.</summary>
internal interface IGuestProcess : IDisposable
{
    /// <summary>A descriptor that becomes readable when the guest has ended; −1 where there is none.</summary>
    int ExitedFd { get; }

    /// <summary>Ends it and what it started. Any thread, any time, any number of times.</summary>
    void Kill();

    /// <summary>True once it has ended and been reaped.</summary>
    bool TryReap(out ProcessExit exit);

    /// <summary>Waits for its end, which the caller knows to be near.</summary>
    ProcessExit Wait();

    /// <summary>True once no new call may be given to it, although those that run may go on.</summary>
    bool IsRetired => false;

    /// <summary>Why it was ended, when what ended it was not the call that finds it gone; null when there is nothing to say.</summary>
    string? EndedBecause => null;
}
