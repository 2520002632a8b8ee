using System.Globalization;
using System.Text;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>Calls that wait, some of them past their deadline.</summary>
internal sealed class SleeperCalls : ICallKind
{
    /// <summary>Of those that wait longer.</summary>
    public static readonly TimeSpan ShortDeadline = TimeSpan.FromMilliseconds(1500);

    private static readonly byte[] s_expected = "ok\n"u8.ToArray();

    public string Name => "sleep";

    public int Callers => 3;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    public Task CallAsync(ChaosClient client, Random random)
    {
        var tooLong = random.Next(8) == 0;
        var wait = tooLong ? TimeSpan.FromSeconds(6) : TimeSpan.FromMilliseconds(random.Next(20, 400));
        var input = Encoding.ASCII.GetBytes(wait.TotalMicroseconds.ToString(CultureInfo.InvariantCulture));
        return client.Judge.WatchAsync(tooLong ? "sleep-too-long" : "sleep", tooLong ? ShortDeadline : client.Deadline, async leave =>
        {
            var outcome = await client.InvokeAsync(tooLong ? ChaosFunctions.SleepTooLong : ChaosFunctions.Sleep, input, output => ChaosClient.Differs(s_expected, output), leave);
            return !tooLong ? outcome
                : outcome.Code == "timeout" ? CallOutcome.Ok
                : outcome.IsOk ? CallOutcome.Wrong("ok", "a success past the deadline")
                : outcome;
        });
    }
}
