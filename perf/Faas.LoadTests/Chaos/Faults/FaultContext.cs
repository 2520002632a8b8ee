using Faas.LoadTests.Chaos.Calls;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>What faults are done to, and what they tell.</summary>
internal sealed class FaultContext(ChaosServer server, ChaosDisk disk, ChaosClient client, FaultJournal journal, ChaosClock clock, ChaosTally tally, TimeSpan recoveryBound)
{
    public ChaosServer Server => server;

    public ChaosDisk Disk => disk;

    public ChaosClient Client => client;

    public FaultJournal Journal => journal;

    public ChaosClock Clock => clock;

    public ChaosTally Tally => tally;

    public TimeSpan RecoveryBound => recoveryBound;

    /// <summary>Asks hello over fresh connections, one call after the other, until one is answered well; none is repeated.</summary>
    /// <param name="cause">What has just happened.</param>
    /// <param name="mark">When, by <see cref="Clock"/>.</param>
    public async Task RecoverAsync(string cause, long mark)
    {
        while (!server.HasExited && !client.Judge.HasGivenUp)
        {
            var outcome = await HelloCalls.CallAsync(client, fresh: true);
            if (outcome.IsOk || outcome.Code == CallOutcome.None)
            {
                var time = clock.Since(mark);
                tally.Recovered(cause, time);
                if (time > recoveryBound)
                {
                    tally.Violated(ChaosVerdicts.Recovery, $"after {cause}: {time.TotalMilliseconds:F0} ms until a fresh call was answered");
                }

                return;
            }
        }
    }
}
