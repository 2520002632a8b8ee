using System.Diagnostics.CodeAnalysis;

namespace Faas.Supervisor.Building;

/// <summary>The file a worker loads for a function, or the reason why there is none.</summary>
/// <param name="Path">Absolute path, checked: written by this installation.</param>
/// <param name="Error">Why not.</param>
public readonly record struct NativeCode(string? Path, DeployError? Error)
{
    [MemberNotNullWhen(true, nameof(Path))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsReady => Path is not null;
}
