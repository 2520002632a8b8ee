using Faas.Supervisor.Access;

namespace Faas.Supervisor.Gateway;

/// <summary>Endpoint metadata: the scope that a token must have. An endpoint without it takes any token.</summary>
internal sealed class ScopeRequirement(AccessScopes scope)
{
    /// <summary>No token is needed: probes.</summary>
    public static readonly ScopeRequirement Open = new(AccessScopes.None);

    public static readonly ScopeRequirement Invoke = new(AccessScopes.Invoke);

    public static readonly ScopeRequirement Deploy = new(AccessScopes.Deploy);

    public static readonly ScopeRequirement Admin = new(AccessScopes.Admin);

    public static readonly ScopeRequirement Metrics = new(AccessScopes.Metrics);

    public AccessScopes Scope => scope;
}
