namespace Faas.Protocol.Contracts;

/// <summary>What one invocation may use. Every value is finite: unlimited is not offered.</summary>
/// <param name="Timeout">Wall-clock time from the moment the guest starts; range 1 ms to 1 h.</param>
/// <param name="MemoryBytes">Linear memory (WASM) or address space above the interpreter's own (native); range 64 KiB to 4 GiB.</param>
/// <param name="OutputBytes">Standard output, and standard error separately; range 1 B to 1 GiB.</param>
public readonly record struct InvocationLimits(TimeSpan Timeout, long MemoryBytes, long OutputBytes)
{
    /// <summary>30 s, 128 MiB, 8 MiB (docs/ARCHITECTURE.md, limits).</summary>
    public static InvocationLimits Default { get; } = new(TimeSpan.FromSeconds(30), 128L << 20, 8L << 20);
}
