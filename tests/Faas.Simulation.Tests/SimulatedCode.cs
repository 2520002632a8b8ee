using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Simulation.Tests;

/// <summary>Code that is there, is made while others wait, or cannot be made.</summary>
internal sealed class SimulatedCode(SimulatedWorld world, Func<FunctionVersion, SimulatedFunction> find) : IFunctionCode
{
    public ValueTask<CodeResult> ResolveAsync(FunctionVersion function, string backend, CancellationToken cancellationToken)
    {
        world.Preempt();
        var simulated = find(function);
        if (simulated.Compiling is { IsCompleted: true } || simulated.CodeDelay == TimeSpan.Zero)
        {
            return new(ResultOf(simulated));
        }

        if (simulated.Compiling is not { } compiling)
        {
            var made = new TaskCompletionSource();
            simulated.Compiling = compiling = made.Task;
            world.After(Actor.Supervisor, simulated.CodeDelay, "code is made", made.SetResult);
        }

        return WaitAsync(simulated, compiling, cancellationToken);
    }

    private static async ValueTask<CodeResult> WaitAsync(SimulatedFunction function, Task compiling, CancellationToken cancellationToken)
    {
        await compiling.WaitAsync(cancellationToken);
        return ResultOf(function);
    }

    private static CodeResult ResultOf(SimulatedFunction function) =>
        function.HasCode ? new CodeResult("/code", InvocationEnd.Ok, null) : new CodeResult(null, InvocationEnd.InvalidModule, "it does not compile");
}
