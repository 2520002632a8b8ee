using Faas.Supervisor.Functions;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Brings an attempt to the workers, without a client that waits.</summary>
internal interface IFunctionRunner
{
    /// <summary>Runs it to its end; never throws for what a function can cause.</summary>
    /// <param name="function">What to run.</param>
    /// <param name="invocation">Its input and arguments.</param>
    /// <param name="cancellationToken">Calls it off: the worker is asked to end it.</param>
    Task<AttemptResult> RunAsync(FunctionVersion function, ClaimedInvocation invocation, CancellationToken cancellationToken);
}
