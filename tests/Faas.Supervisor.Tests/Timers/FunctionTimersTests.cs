using System.Text;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Tests.AsyncInvocations;
using Faas.Supervisor.Tests.Functions;
using Faas.Supervisor.Timers;

namespace Faas.Supervisor.Tests.Timers;

public sealed class FunctionTimersTests
{
    private static readonly FunctionSchedule s_everyMinute = new("* * * * *", "UTC", AllowsOverlap: false);

    private static DateTimeOffset Noon => AsyncFixture.Start;

    [Fact]
    public async Task Start_EachMinute_OneRunThatKnowsItsTime()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        var inputs = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var invoker = Run(fixture, new ScriptedRunner((one, _) =>
        {
            inputs.Enqueue(Encoding.UTF8.GetString(one.Input));
            return Task.FromResult(ScriptedRunner.Ok());
        }));
        await using var timers = Start(fixture, invoker);
        for (var minute = 1; minute <= 3; minute++)
        {
            await MinuteAsync(fixture, () => Ended(fixture) == minute);
        }

        Assert.Equal(
            Enumerable.Range(1, 3).Select(minute => $$"""{"trigger":"schedule","time":"2026-03-01T12:0{{minute}}:00Z"}"""), inputs);
        Assert.All(fixture.Store.Reader.List(null, "f", null, 9), one => Assert.True(one.IsTimed));
        Assert.Equal((0, Noon.AddMinutes(3)), (Record(fixture)!.Missed, Record(fixture)!.Last));
    }

    [Fact]
    public async Task Run_TheOneBeforeHasNotEnded_IsMissedAndSaid()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        var logger = new RecordingLogger();
        var gate = new TaskCompletionSource<AttemptResult>();
        var runner = new ScriptedRunner((_, _) => gate.Task);
        await using var invoker = Run(fixture, runner);
        await using var timers = Start(fixture, invoker, logger);
        await MinuteAsync(fixture, () => runner.Most == 1);
        await MinuteAsync(fixture, () => Record(fixture)!.Missed == 1);
        await MinuteAsync(fixture, () => Record(fixture)!.Missed == 2);
        Assert.Equal((1, FunctionTimers.OverlapReason, Noon.AddMinutes(1)), (runner.Most, Record(fixture)!.Reason, Record(fixture)!.Last));
        Assert.Equal(2, logger.Entries.Count(entry => entry.EventId == 4650));
        gate.SetResult(ScriptedRunner.Ok());
        await fixture.SettledAsync(() => Ended(fixture) == 1, "it has ended");
        await MinuteAsync(fixture, () => Record(fixture)!.Last == Noon.AddMinutes(4));
    }

    [Fact]
    public async Task Run_OverlapAllowed_RunsBesideTheOneBefore()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute with { AllowsOverlap = true });
        var gate = new TaskCompletionSource<AttemptResult>();
        var runner = new ScriptedRunner((_, _) => gate.Task);
        await using var invoker = Run(fixture, runner);
        await using var timers = Start(fixture, invoker);
        await MinuteAsync(fixture, () => runner.Most == 1);
        await MinuteAsync(fixture, () => runner.Most == 2);
        Assert.Equal(0, Record(fixture)!.Missed);
        gate.SetResult(ScriptedRunner.Ok());
    }

    [Fact]
    public async Task Start_ServerWasDown_MissedRunsAreCountedAndNotMadeUpFor()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        await using (var invoker = Run(fixture, Succeeding()))
        {
            await using var timers = Start(fixture, invoker);
            await MinuteAsync(fixture, () => Ended(fixture) == 1);
        }

        await fixture.ReopenAsync();
        fixture.Time.SetUtcNow(Noon.AddMinutes(61));
        fixture.Time.Advance(TimeSpan.FromSeconds(30));
        await using (var invoker = Run(fixture, Succeeding()))
        {
            await using var timers = Start(fixture, invoker);
            await fixture.SettledAsync(() => Record(fixture)!.Missed > 0, "what was missed is known");

            // 12:02 to 13:00; 13:01 is half a minute late, and runs.
            Assert.Equal((59, FunctionTimers.DownReason), (Record(fixture)!.Missed, Record(fixture)!.Reason));
            Assert.Equal(Noon.AddMinutes(61), Record(fixture)!.Last);
        }
    }

    [Fact]
    public async Task Start_RestartAtOnce_NoInstantRunsTwice()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        for (var round = 1; round <= 3; round++)
        {
            await using var invoker = Run(fixture, Succeeding());
            await using var timers = Start(fixture, invoker);
            await MinuteAsync(fixture, () => Ended(fixture) == round);
        }

        Assert.Equal(3, fixture.Store.Reader.List(null, "f", null, 9).Count);
    }

    [Fact]
    public async Task Deploy_RollbackAndDelete_ChangeTheSchedule()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await using var invoker = Run(fixture, Succeeding());
        await using var timers = Start(fixture, invoker);
        await fixture.AddAsync();
        var timed = await AddAsync(fixture, s_everyMinute);
        await MinuteAsync(fixture, () => Ended(fixture) == 1);

        await fixture.Functions.RollBackAsync("f", null, TestContext.Current.CancellationToken);
        await fixture.SettledAsync(() => Record(fixture) is null, "the version before has none");
        await fixture.Functions.RollBackAsync("f", timed.Id, TestContext.Current.CancellationToken);
        await MinuteAsync(fixture, () => Ended(fixture) == 2);
        await fixture.Functions.DeleteAsync("f", TestContext.Current.CancellationToken);
        await fixture.SettledAsync(() => Record(fixture) is null, "it is gone");
    }

    [Fact]
    public async Task Clock_WentAheadForTwoHours_RunsAreMissedByTheClockAndTheNextOnesRun()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        await using var invoker = Run(fixture, Succeeding());
        var logger = new RecordingLogger();
        await using var timers = Start(fixture, invoker, logger);
        await MinuteAsync(fixture, () => Ended(fixture) == 1);

        fixture.Clock.Set(TimeSpan.FromHours(2));
        await MinuteAsync(fixture, () => Ended(fixture) == 2);

        // 12:02 to 14:01; 14:02 runs.
        Assert.Equal((120, FunctionTimers.ClockReason), (Record(fixture)!.Missed, Record(fixture)!.Reason));
        Assert.Single(logger.Entries, entry => entry.EventId == 4652);
    }

    [Fact]
    public async Task Clock_WentBackAfterItWasAhead_SchedulesGoOnByTheNewTime()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        await using var invoker = Run(fixture, Succeeding());
        var logger = new RecordingLogger();
        await using var timers = Start(fixture, invoker, logger);
        fixture.Clock.Set(TimeSpan.FromDays(3653));
        await MinuteAsync(fixture, () => Ended(fixture) == 1);

        fixture.Clock.Set(TimeSpan.Zero);
        await MinuteAsync(fixture, () => logger.Entries.Any(entry => entry.EventId == 4654));
        await MinuteAsync(fixture, () => Ended(fixture) == 2);

        Assert.Single(logger.Entries, entry => entry.EventId == 4653);
        Assert.Equal(fixture.Clock.GetUtcNow(), Record(fixture)!.Last);
    }

    [Fact]
    public async Task Start_TheClockWasAheadBeforeTheRestart_SchedulesGoOnByTheNewTime()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        await using (var invoker = Run(fixture, Succeeding()))
        {
            await using var timers = Start(fixture, invoker);
            fixture.Clock.Set(TimeSpan.FromDays(3653));
            await MinuteAsync(fixture, () => Ended(fixture) == 1);
        }

        fixture.Clock.Set(TimeSpan.Zero);
        await fixture.ReopenAsync();
        var logger = new RecordingLogger();
        await using (var invoker = Run(fixture, Succeeding()))
        {
            await using var timers = Start(fixture, invoker, logger);
            await fixture.SettledAsync(() => logger.Entries.Any(entry => entry.EventId == 4654), "it begins anew");
            await MinuteAsync(fixture, () => Ended(fixture) == 2);
        }
    }

    [Fact]
    public async Task Run_TheLoopWasHeldUp_IsLateAndNotSaidToHaveBeenDown()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        await using var invoker = Run(fixture, Succeeding());
        await using var timers = Start(fixture, invoker);
        await MinuteAsync(fixture, () => Ended(fixture) == 1);

        // All at once: nobody ran in between, as when the process was stopped.
        fixture.Time.SetUtcNow(fixture.Time.GetUtcNow().AddHours(1).AddSeconds(90));
        await fixture.SettledAsync(() => Record(fixture)!.Missed > 0, "what was missed is known");

        Assert.Equal(FunctionTimers.LateReason, Record(fixture)!.Reason);
    }

    [Fact]
    public async Task Run_AnExceptionNobodyThoughtOf_TheNextRunsCome()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await AddAsync(fixture, s_everyMinute);
        await using var invoker = Run(fixture, Succeeding());
        var logger = new RecordingLogger();
        await using var timers = Start(fixture, invoker, logger);
        timers.ClockWentBack += () => throw new InvalidOperationException();
        await MinuteAsync(fixture, () => Ended(fixture) == 1);

        fixture.Clock.Set(-TimeSpan.FromHours(1));
        await MinuteAsync(fixture, () => fixture.Loops.States.Any(loop => loop is { Name: "timers", Failures: > 0 }));
        fixture.Clock.Set(TimeSpan.Zero);
        await fixture.UntilAsync(() => Ended(fixture) >= 2, "it runs on");
    }

    // The schedule is known before the clock moves, and the clock stands until what it caused has happened.
    private static async Task MinuteAsync(AsyncFixture fixture, Func<bool> condition)
    {
        await fixture.SettledAsync(() => Record(fixture) is not null, "the timer knows the schedule");
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await fixture.SettledAsync(condition, $"what is due at {fixture.Time.GetUtcNow():HH:mm}");
    }

    private static long Ended(AsyncFixture fixture) => fixture.Store.Reader.Count()[(int)AsyncInvocationState.Succeeded];

    private static ScheduleRecord? Record(AsyncFixture fixture) => fixture.Store.Reader.FindSchedule("f");

    private static ScriptedRunner Succeeding() => new((_, _) => Task.FromResult(ScriptedRunner.Ok()));

    private static Task<FunctionVersion> AddAsync(AsyncFixture fixture, FunctionSchedule schedule) =>
        fixture.AddAsync(Drafts.Script("f") with { Schedule = schedule });

    private static AsyncInvoker Run(AsyncFixture fixture, ScriptedRunner runner)
    {
        var invoker = new AsyncInvoker(fixture.Store, fixture.Functions, runner, 4, fixture.Loops, fixture.Clock, new RecordingLogger());
        invoker.Start();
        return invoker;
    }

    private static FunctionTimers Start(AsyncFixture fixture, AsyncInvoker invoker, RecordingLogger? logger = null)
    {
        var timers = new FunctionTimers(fixture.Functions, fixture.Store, invoker, fixture.Loops, fixture.Clock, logger ?? new RecordingLogger());
        timers.Start();
        return timers;
    }
}
