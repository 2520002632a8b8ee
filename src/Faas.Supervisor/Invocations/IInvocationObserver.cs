using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Invocations;

/// <summary>Is told what became of invocations: metrics, logs, traces. Must not throw, block, or keep the object.</summary>
internal interface IInvocationObserver
{
    /// <summary>One is over, whatever its end; its slot was given back, its output is still there.</summary>
    void Ended(Invocation invocation);

    /// <summary>An attempt ended that is followed by another one.</summary>
    void Retried(Invocation invocation);

    /// <summary>An html function was answered without a worker.</summary>
    void EndedFromStore(FunctionVersion function);

    /// <summary>A version was deleted.</summary>
    void Forget(FunctionVersion function);
}
