namespace Faas.Runtimes.Wasi;

/// <summary>One function of the WASI module: its import signature and its implementation. Immutable, any thread.</summary>
public sealed unsafe class WasiFunction
{
    internal WasiFunction(
        string name, string parameters, delegate*<WasiContext, GuestMemory, ReadOnlySpan<long>, Errno> call, bool returnsErrno = true)
    {
        Name = name;
        Parameters = [.. parameters.Select(static c => c == 'l' ? WasiValueType.I64 : WasiValueType.I32)];
        ReturnsErrno = returnsErrno;
        // An enum over int and int are the same type to the calling convention.
        Call = (delegate*<WasiContext, GuestMemory, ReadOnlySpan<long>, int>)call;
    }

    /// <summary>Import name, for example <c>fd_write</c>.</summary>
    public string Name { get; }

    /// <summary>Parameter types in order.</summary>
    public WasiValueType[] Parameters { get; }

    /// <summary>True when the import returns one <c>i32</c>, the errno; false when it returns nothing (<c>proc_exit</c>).</summary>
    public bool ReturnsErrno { get; }

    /// <summary>
    /// The implementation. Called on the slot's thread, with exactly <see cref="Parameters"/> arguments, each widened
    /// to 64 bits (the upper half of an <c>i32</c> is ignored). Never throws, whatever the guest passes.
    /// </summary>
    /// <returns>The errno when ≥ 0. <see cref="WasiFunctions.Terminate"/>: the guest ends now, the reason is in
    /// <see cref="WasiContext.Termination"/>.</returns>
    public delegate*<WasiContext, GuestMemory, ReadOnlySpan<long>, int> Call { get; }
}
