using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Invocations;

/// <summary>Where the file comes from that a target loads for a function. Any thread.</summary>
internal interface IFunctionCode
{
    /// <summary>Makes it, if need be; completes at once when it is there.</summary>
    /// <param name="function">Which.</param>
    /// <param name="backend">For which engine.</param>
    /// <param name="cancellationToken">The caller went away; others may still wait for the same.</param>
    ValueTask<CodeResult> ResolveAsync(FunctionVersion function, string backend, CancellationToken cancellationToken);
}
