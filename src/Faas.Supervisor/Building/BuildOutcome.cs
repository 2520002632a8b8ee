using System.Diagnostics.CodeAnalysis;

namespace Faas.Supervisor.Building;

/// <summary>A WASM module, or the reason why there is none.</summary>
public sealed record BuildOutcome
{
    /// <summary>The module; empty when <see cref="Error"/> is set.</summary>
    public ReadOnlyMemory<byte> Module { get; init; }

    /// <summary>Warnings of a compiler that succeeded, capped; null when it said nothing.</summary>
    public string? Diagnostics { get; init; }

    /// <summary>True when no compiler ran because the same source was built before.</summary>
    public bool FromCache { get; init; }

    public DeployError? Error { get; init; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsBuilt => Error is null;
}
