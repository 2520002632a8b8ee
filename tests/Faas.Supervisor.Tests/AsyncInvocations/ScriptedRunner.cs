using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.AsyncInvocations;

/// <summary>Ends each attempt as the test says, when it says so.</summary>
internal sealed class ScriptedRunner(Func<ClaimedInvocation, CancellationToken, Task<AttemptResult>> run) : IFunctionRunner
{
    private int _running;
    private int _most;

    /// <summary>Most that ran at once.</summary>
    public int Most => Volatile.Read(ref _most);

    public static AttemptResult Ok(string output = "ok") => new(AttemptEnd.Ended, Output: System.Text.Encoding.UTF8.GetBytes(output));

    public static AttemptResult Failure { get; } = new(AttemptEnd.Ended, "function_failed", "no luck", 3);

    public async Task<AttemptResult> RunAsync(FunctionVersion function, ClaimedInvocation invocation, CancellationToken cancellationToken)
    {
        var running = Interlocked.Increment(ref _running);
        int most;
        while (running > (most = Volatile.Read(ref _most)) && Interlocked.CompareExchange(ref _most, running, most) != most)
        {
        }

        try
        {
            return await run(invocation, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
