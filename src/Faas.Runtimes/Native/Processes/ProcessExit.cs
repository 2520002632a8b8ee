namespace Faas.Runtimes.Native.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit code; 0 when <paramref name="Signal"/> is set.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
/// <param name="PeakMemoryBytes">Highest resident memory, 0 when unknown.</param>
internal readonly record struct ProcessExit(int Code, int Signal, long PeakMemoryBytes)
{
    /// <summary>True when the kernel ended it, or one of its own, because its group held all the memory it may.</summary>
    internal bool RanOutOfMemory { get; init; }

    /// <summary>Decodes a <c>wait</c> status word.</summary>
    internal static ProcessExit FromWaitStatus(int status, long peakMemoryBytes)
    {
        var signal = status & 0x7f;
        return signal == 0
            ? new ProcessExit((status >> 8) & 0xff, 0, peakMemoryBytes)
            : new ProcessExit(0, signal, peakMemoryBytes);
    }

    /// <summary>
    /// Launchers such as bwrap report a child's death by a signal as exit code 128 + signal; this undoes it for the
    /// signals that end a process by accident or by its limits.
    /// </summary>
    internal ProcessExit UnwrapLauncher() => Signal == 0 && Code is 128 + 4 or 128 + 5 or 128 + 6 or 128 + 7 or 128 + 8
        or 128 + 9 or 128 + 11 or 128 + 24 or 128 + 25 or 128 + 31
            ? this with { Code = 0, Signal = Code - 128 }
            : this;
}
