using System.Diagnostics.CodeAnalysis;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>A function that can be invoked, or the reason why not.</summary>
public sealed class DeployResult
{
    internal DeployResult(FunctionVersion function) => Function = function;

    internal DeployResult(DeployError error) => Error = error;

    [MemberNotNullWhen(true, nameof(Function))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsDeployed => Function is not null;

    public FunctionVersion? Function { get; }

    public DeployError? Error { get; }
}
