using Faas.Supervisor.Dashboard;

namespace Faas.Supervisor.Tests.Dashboard;

public sealed class ActivityWindowTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Take_AfterCalls_TellsThoseSinceTheLastOne()
    {
        var counters = new ActivityCounters();
        var window = new ActivityWindow(counters);
        counters.Count(100_000, failed: false);
        Assert.Equal(new ActivitySample(7, 1, 0, 101, 101, 101), window.Take(7, s_second));
        Assert.True(window.Take(8, s_second).IsIdle);

        counters.Count(100_000, failed: true);
        counters.CountRefusal();
        var sample = window.Take(9, TimeSpan.FromSeconds(2));
        Assert.Equal((1f, 1f), (sample.CallsPerSecond, sample.FailuresPerSecond));
    }

    [Fact]
    public async Task Take_WhileManyThreadsCount_MissesNothing()
    {
        const int Threads = 4;
        const int Calls = 100_000;
        var counters = new ActivityCounters();
        var window = new ActivityWindow(counters);
        var counting = Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var call = 0; call < Calls; call++)
            {
                counters.Count(call, failed: thread == 0);
            }
        })));

        double calls = 0, failures = 0;
        while (!counting.IsCompleted)
        {
            Take();
        }

        await counting;
        Take();
        Assert.Equal(Threads * Calls, calls);
        Assert.Equal(Calls, failures);

        void Take()
        {
            var sample = window.Take(0, s_second);
            calls += sample.CallsPerSecond;
            failures += sample.FailuresPerSecond;
        }
    }

    [Fact]
    public void FunctionActivity_IdleForTheWholeHistory_CanBeForgotten()
    {
        var activity = new FunctionActivity("hello");
        activity.Count(1000, failed: false);
        Assert.True(activity.Tick(10, s_second, oldest: 0));
        Assert.Single(activity.History);
        Assert.True(activity.Tick(11, s_second, oldest: 5));
        Assert.True(activity.Latest.IsIdle);
        Assert.False(activity.Tick(400, s_second, oldest: 100));

        activity.CountRefusal();
        Assert.True(activity.Tick(401, s_second, oldest: 101));
        Assert.Equal(1, activity.Latest.FailuresPerSecond);
    }
}
