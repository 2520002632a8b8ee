namespace Faas.Runtimes.Wasi;

/// <summary>Type of a host function's parameter, as the module imports it.</summary>
public enum WasiValueType : byte
{
    /// <summary>32-bit integer: pointers, lengths, descriptors, flags.</summary>
    I32,

    /// <summary>64-bit integer: offsets, times, rights, cookies.</summary>
    I64,
}
