using System.Diagnostics;
using Faas.LoadTests.Chaos.Calls;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>Nobody reads the server's standard error for a while, and clients that go away give it something to say.</summary>
internal sealed class UnreadErrors : IChaosFault
{
    private const int Leavers = 4;

    public string Name => "errors unread";

    public int Weight => 2;

    public async Task DoAsync(FaultContext context, Random random)
    {
        var length = TimeSpan.FromMilliseconds(random.Next(3000, 6000));
        using var fault = context.Journal.Begin(Name, FormattableString.Invariant($"for {length.TotalSeconds:F1} s"), FaultExcuses.Nothing);
        using (await context.Server.LeaveErrorsUnreadAsync())
        {
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Leavers).Select(_ => LeaveUntilAsync(context, began, length)));
            await context.RecoverAsync("errors are unread", context.Clock.Now);
        }

        await context.RecoverAsync(Name, context.Clock.Now);
    }

    /// <summary>Each such call is a line of the log, at the level that these servers log.</summary>
    private static async Task LeaveUntilAsync(FaultContext context, long began, TimeSpan length)
    {
        while (Stopwatch.GetElapsedTime(began) < length && !context.Server.HasExited && !context.Client.Judge.HasGivenUp)
        {
            await context.Client.Judge.WatchAsync("left", context.Client.Deadline, async leave =>
            {
                using var leaving = CancellationTokenSource.CreateLinkedTokenSource(leave);
                leaving.CancelAfter(TimeSpan.FromMilliseconds(5));
                try
                {
                    return await context.Client.InvokeAsync(ChaosFunctions.Sleep, "100000"u8.ToArray(), static _ => null, leaving.Token);
                }
                catch (OperationCanceledException)
                {
                    return new CallOutcome(CallOutcome.Left);
                }
            });
        }
    }
}
