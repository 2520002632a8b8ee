namespace Faas.Protocol.Contracts;

/// <summary>
/// What a backend can enforce or offer by itself. Announced in Hello; a backend never claims what it cannot do:
/// what is missing is enforced by the supervisor at the price of the worker process.
/// </summary>
[Flags]
public enum BackendCapabilities : uint
{
    /// <summary>Nothing beyond running a function.</summary>
    None = 0,

    /// <summary>A running guest is interrupted at its deadline or on cancellation.</summary>
    Deadline = 1 << 0,

    /// <summary>Memory is limited per invocation.</summary>
    MemoryLimit = 1 << 1,

    /// <summary>Deterministic instruction budgets.</summary>
    Fuel = 1 << 2,

    /// <summary>Instances come from memory reserved at start.</summary>
    PooledInstances = 1 << 3,

    /// <summary>Native code can be produced once and loaded later.</summary>
    Precompiled = 1 << 4,
}
