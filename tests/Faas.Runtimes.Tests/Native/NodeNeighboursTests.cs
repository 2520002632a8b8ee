using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>What becomes of the calls that share a process with one that must end.</summary>
[Collection("interpreters")]
public sealed class NodeNeighboursTests : IDisposable
{
    private const int Neighbours = 3;

    /// <summary>
    /// <c>wait</c> stays until another call lets it go. With all neighbours there <c>block</c> and <c>idle</c> never end:
    /// the one keeps the loop, the other leaves it to them and lets them go when its own deadline has passed.
    /// </summary>
    private const string Source = """
        let here = 0, go = [];
        exports.handler = async (event) => {
          switch (event) {
            case 'wait': here++; await new Promise((done) => go.push(done)); return 'went';
            case 'block': while (here < 3) await new Promise((done) => setTimeout(done, 1)); for (;;);
            case 'idle': while (here < 3) await new Promise((done) => setTimeout(done, 1)); setTimeout(() => { for (const done of go) done(); }, 1500); return new Promise(() => {});
            case 'flood': while (here < 3) await new Promise((done) => setTimeout(done, 1)); for (const done of go) done(); return 'x'.repeat(2 << 20);
            default: return 'hello';
          }
        };
        """;

    private static readonly InvocationLimits s_patient = InvocationLimits.Default with { Timeout = TimeSpan.FromSeconds(60) }; // a guard against hanging
    private readonly GuestFunctions _functions = new(GuestLanguage.Node);

    public void Dispose() => _functions.Dispose();

    [Fact]
    public void Deadline_OfACallThatBlocksTheLoop_EndsItsNeighboursAndNamesTheCause()
    {
        var (result, neighbours) = RunBeside("block", s_patient with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(InvocationStatus.Timeout, result.Status);
        Assert.All(neighbours, n => Assert.Equal((InvocationStatus.FunctionFailed, "a call of this handler blocked its process"), (n.Status, n.Message)));
    }

    [Fact]
    public void Cancellation_OfACallThatBlocksTheLoop_EndsItsNeighbours()
    {
        var (result, neighbours) = RunBeside("block", s_patient, cancelAfter: TimeSpan.FromMilliseconds(500));
        Assert.Equal(InvocationStatus.Cancelled, result.Status);
        Assert.All(neighbours, n => Assert.Equal(InvocationStatus.FunctionFailed, n.Status));
    }

    [Fact]
    public void Deadline_OfACallThatLeavesTheLoopAlone_LetsItsNeighboursFinish()
    {
        var (result, neighbours) = RunBeside("idle", s_patient with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(InvocationStatus.Timeout, result.Status);
        Assert.All(neighbours, n => Assert.Equal(InvocationStatus.Ok, n.Status));
    }

    [Fact]
    public void OutputLimit_OfOneCall_LetsItsNeighboursFinish()
    {
        var (result, neighbours) = RunBeside("flood", s_patient with { OutputBytes = 1 << 20 });
        Assert.Equal(InvocationStatus.OutputLimit, result.Status);
        Assert.All(neighbours, n => Assert.Equal(InvocationStatus.Ok, n.Status));
    }

    /// <summary>Runs a call beside neighbours in one process; afterwards the function answers anew, and the old process is gone.</summary>
    private (InvocationResult Result, InvocationResult[] Neighbours) RunBeside(string what, InvocationLimits limits, TimeSpan? cancelAfter = null)
    {
        using var module = _functions.Load(Source, s_patient);
        Assert.Equal("hello", Call(module, "", s_patient).Output); // one process, with lanes for all of them
        var before = NodeProcesses();
        var neighbours = new InvocationResult[Neighbours];
        var threads = Enumerable.Range(0, Neighbours)
            .Select(i => new Thread(() => neighbours[i] = Call(module, "wait", s_patient).Result)).ToArray();
        Array.ForEach(threads, t => t.Start());
        var result = Call(module, what, limits, cancelAfter).Result;
        Array.ForEach(threads, t => t.Join());
        Assert.True(SpinWait.SpinUntil(() => !NodeProcesses().Intersect(before).Any(), s_patient.Timeout), "the retired process still runs");
        Assert.Equal("hello", Call(module, "", s_patient).Output);
        return (result, neighbours);
    }

    private static (InvocationResult Result, string Output) Call(IRuntimeModule module, string input, InvocationLimits limits, TimeSpan? cancelAfter = null)
    {
        var invocation = new InMemoryInvocation(System.Text.Encoding.UTF8.GetBytes(input), limits: limits);
        using var timer = cancelAfter is { } time ? new Timer(_ => invocation.Cancel(), null, time, Timeout.InfiniteTimeSpan) : null;
        return (module.Invoke(invocation), invocation.OutputText);
    }

    private static HashSet<int> NodeProcesses() => ChildProcesses.Of(Environment.ProcessId, command => command.Contains("host.mjs", StringComparison.Ordinal));
}
