namespace Faas.Supervisor.Recording;

/// <summary>What ends a recording, and what it keeps.</summary>
/// <param name="Time">Longest duration.</param>
/// <param name="Bytes">Longest file; never exceeded.</param>
/// <param name="KeepNames">Whether names of functions are written.</param>
internal sealed record TraceBounds(TimeSpan Time, long Bytes, bool KeepNames)
{
    public const long DefaultBytes = 64L << 20; // 1.4 million invocations
    public const long MinBytes = 4L << 10;
    public const long MaxBytes = 1L << 30;
    public static readonly TimeSpan MaxTime = TimeSpan.FromHours(24);

    /// <summary>Room left for the description of one more function: a name and a backend at their longest, UTF-8.</summary>
    public const int FunctionBytes = 512;
}
