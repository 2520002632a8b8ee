namespace Faas.Runtimes.Wasi;

/// <summary>Why a host call asked for the end of the guest.</summary>
public enum WasiTermination : byte
{
    /// <summary>No host call did; the guest returned, trapped or still runs.</summary>
    None,

    /// <summary><c>proc_exit</c>; the code is <see cref="WasiContext.ExitCode"/>.</summary>
    Exit,

    /// <summary>More standard output than the limit.</summary>
    OutputLimit,

    /// <summary>The caller went away or the deadline passed while the guest was inside a host call.</summary>
    Cancelled,

    /// <summary><c>proc_raise</c> with a signal that ends a process; <see cref="WasiContext.ExitCode"/> is 128 + signal.</summary>
    Raised,
}
