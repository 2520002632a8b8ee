using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Invocations;

/// <summary>The targets that leases are for. Any thread.</summary>
internal interface IInvocationTargets
{
    /// <summary>The target that a lease is for; null when it is gone.</summary>
    IInvocationTarget? Of(in Lease lease);

    /// <summary>Makes every target forget a function: what it was told of it is no longer so.</summary>
    void Forget(FunctionVersion function);
}
