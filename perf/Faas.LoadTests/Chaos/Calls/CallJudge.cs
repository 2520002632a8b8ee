using System.Diagnostics;
using System.Net.Sockets;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Waits for calls and says what is wrong with their ends.</summary>
internal sealed class CallJudge(ChaosClock clock, FaultJournal faults, ChaosTally tally, TimeSpan grace, CancellationToken giveUp)
{
    /// <summary>So many calls without an answer: what follows would only wait.</summary>
    private const int TooManyHangs = 3;

    /// <summary>Past the deadline and the grace nobody waits longer: a call that ends between the two is late, one that does not hangs.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>True once it is of no use to ask the server any more. Calls that are under way then are left, and not judged.</summary>
    public bool HasGivenUp => giveUp.IsCancellationRequested || tally.Violations(ChaosVerdicts.Hang) >= TooManyHangs;

    /// <param name="kind">Of the call.</param>
    /// <param name="deadline">From now.</param>
    /// <param name="call">Ends soon when it is cancelled. An exception of the connection is the outcome <see cref="CallOutcome.Broken"/>.</param>
    public async Task<CallOutcome> WatchAsync(string kind, TimeSpan deadline, Func<CancellationToken, Task<CallOutcome>> call)
    {
        var from = Stopwatch.GetTimestamp();
        var mark = clock.Now;
        using var leave = new CancellationTokenSource();
        var running = EndAsync(call, leave.Token);
        var limit = deadline + grace + s_patience;
        while (!running.IsCompleted && !HasGivenUp && limit - clock.Since(mark) is var left && left > TimeSpan.Zero)
        {
            await Task.WhenAny(running, Task.Delay(left < s_look ? left + TimeSpan.FromMilliseconds(1) : s_look, CancellationToken.None));
        }

        if (HasGivenUp)
        {
            await leave.CancelAsync();
            await running;
            return new CallOutcome(CallOutcome.None);
        }

        if (!running.IsCompleted)
        {
            tally.Count(kind, CallOutcome.None);
            tally.Violated(ChaosVerdicts.Hang, $"{kind}: no answer after {clock.Since(mark).TotalSeconds:F1} s ({faults.Describe(from)})");
            await leave.CancelAsync();
            await running;
            return new CallOutcome(CallOutcome.None);
        }

        var outcome = await running;
        tally.Count(kind, outcome.Code);
        if (clock.Since(mark) is var taken && taken > deadline + grace)
        {
            tally.Violated(ChaosVerdicts.Late, $"{kind}: {outcome.Code} after {taken.TotalSeconds:F2} s instead of {deadline.TotalSeconds:F2} ({faults.Describe(from)})");
        }

        if (outcome.Fault is not null)
        {
            tally.Violated(ChaosVerdicts.Wrong, $"{kind}: {outcome.Code}, {outcome.Fault} ({faults.Describe(from)})");
        }
        else if (outcome.Code is not ("ok" or CallOutcome.Left) && !faults.Excuses(kind, outcome.Code, from))
        {
            tally.Violated(ChaosVerdicts.Wrong, $"{kind}: {outcome.Code}, which nothing explains: {outcome.Message} ({faults.Describe(from)})");
        }

        return outcome;
    }

    private static async Task<CallOutcome> EndAsync(Func<CancellationToken, Task<CallOutcome>> call, CancellationToken leave)
    {
        try
        {
            return await call(leave);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            return new CallOutcome(CallOutcome.Broken, Message: $"{broken.GetType().Name}: {(broken.InnerException ?? broken).Message}");
        }
    }
}
