using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Tests.Functions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests.AsyncInvocations;

public sealed class AsyncInvokerTests
{
    [Fact]
    public async Task Start_WhatWaits_RunsNoMoreThanAllowedAtOnce()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var function = await fixture.AddAsync();
        var gate = new TaskCompletionSource();
        var runner = new ScriptedRunner(async (_, _) =>
        {
            await gate.Task;
            return ScriptedRunner.Ok();
        });
        for (var i = 0; i < 20; i++)
        {
            await fixture.Store.AcceptAsync(AsyncFixture.Draft(function));
        }

        await using var invoker = Start(fixture, runner, concurrency: 3);
        await fixture.UntilAsync(() => runner.Most == 3, "three run");
        gate.SetResult();
        await fixture.UntilAsync(() => fixture.Store.Reader.Count()[(int)AsyncInvocationState.Succeeded] == 20, "all have ended");
        Assert.Equal(3, runner.Most);
        Assert.All(fixture.Store.Reader.List(null, null, null, 99), one => Assert.Equal(1, one.Attempts));
    }

    [Fact]
    public async Task Run_FailsTwice_SucceedsAtTheThirdAttempt()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync(), retries: 2));
        var runner = new ScriptedRunner((one, _) => Task.FromResult(one.Attempt < 3 ? ScriptedRunner.Failure : ScriptedRunner.Ok()));
        await using var invoker = Start(fixture, runner);
        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Succeeded, "it succeeded");
        Assert.Equal(["function_failed", "function_failed", null], fixture.Find(id).History.Select(one => one.Error));
    }

    [Fact]
    public async Task Run_FunctionDeletedMeanwhile_IsDeadAtOnce()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync(), retries: 5));
        await fixture.Functions.DeleteAsync("f", TestContext.Current.CancellationToken);
        await using var invoker = Start(fixture, new ScriptedRunner((_, _) => throw new InvalidOperationException()));
        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Dead, "it is dead");
        Assert.Equal("function_not_found", fixture.Find(id).Error);
    }

    [Fact]
    public async Task Run_NoWorkerForAWhile_GoesOnTryingAndCountsNone()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        var refusals = 5;
        var runner = new ScriptedRunner((_, _) => Task.FromResult(
            Interlocked.Decrement(ref refusals) >= 0 ? new AttemptResult(AttemptEnd.NotBegun) : ScriptedRunner.Ok()));
        await using var invoker = Start(fixture, runner);
        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Succeeded, "it succeeded");
        Assert.Equal(1, fixture.Find(id).Attempts);
    }

    [Fact]
    public async Task Run_ADefect_IsAFailureAndNotForEver()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        await using var invoker = Start(fixture, new ScriptedRunner((_, _) => throw new InvalidOperationException("defect")));
        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Dead, "it is dead");
        Assert.Equal("internal_error", fixture.Find(id).Error);
    }

    [Fact]
    public async Task TryCancel_OneThatRuns_AsksItToEnd()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync(), retries: 3));
        var runner = new ScriptedRunner(async (_, cancellation) =>
        {
            var called = new TaskCompletionSource();
            await using (cancellation.Register(called.SetResult))
            {
                await called.Task;
            }

            return new AttemptResult(AttemptEnd.Ended, "cancelled");
        });
        await using var invoker = Start(fixture, runner);
        await fixture.UntilAsync(() => invoker.TryCancel(id), "it runs");
        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Cancelled, "it was called off");
    }

    [Fact]
    public async Task DisposeAsync_InterruptedByTheEnd_StaysRunningOnDiskForTheNextStart()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var first = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        var second = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync(Drafts.Script("g"))));
        var gate = new TaskCompletionSource<AttemptResult>();
        var runner = new ScriptedRunner((_, _) => gate.Task);
        await using (var invoker = Start(fixture, runner, concurrency: 1))
        {
            await fixture.UntilAsync(() => runner.Most == 1, "it runs");
            invoker.StopClaiming();
            gate.SetResult(new AttemptResult(AttemptEnd.Interrupted));
        }

        Assert.Equal((AsyncInvocationState.Running, AsyncInvocationState.Queued), (fixture.Find(first).State, fixture.Find(second).State));
        await fixture.ReopenAsync();
        Assert.Equal((AsyncInvocationState.Unknown, AsyncInvocationState.Queued), (fixture.Find(first).State, fixture.Find(second).State));
    }

    [Fact]
    public async Task Start_ClaimingMeetsADefect_GoesOnAndSaysSo()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        await using var invoker = new AsyncInvoker(
            fixture.Store, fixture.Functions, new ScriptedRunner((_, _) => Task.FromResult(ScriptedRunner.Ok())), 4, fixture.Loops, fixture.Clock, NullLogger.Instance);

        // The writer's own transaction is what fails: as if the statement were wrong.
        await BreakAsync(fixture, "ALTER TABLE attempt RENAME TO attempt_away");
        invoker.Start();
        await fixture.UntilAsync(() => fixture.Loops.States.Any(loop => loop is { Name: "asynchronous invocations", IsUnwell: true }), "it is unwell");
        await BreakAsync(fixture, "ALTER TABLE attempt_away RENAME TO attempt");

        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Succeeded, "it succeeded");
        Assert.DoesNotContain(fixture.Loops.States, loop => loop.IsUnwell);
    }

    [Fact]
    public async Task Run_ItsEndCannotBeRecordedAtFirst_IsKeptAndRecordedLater()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        var runner = new ScriptedRunner(async (_, _) =>
        {
            await BreakAsync(fixture, "ALTER TABLE attempt RENAME TO attempt_away");
            return ScriptedRunner.Ok();
        });
        await using var invoker = Start(fixture, runner);
        await fixture.UntilAsync(() => fixture.Loops.States.Any(loop => loop is { Name: "record of asynchronous invocations", IsUnwell: true }), "it cannot be recorded");
        await BreakAsync(fixture, "ALTER TABLE attempt_away RENAME TO attempt");

        await fixture.UntilAsync(() => fixture.Find(id).State == AsyncInvocationState.Succeeded, "it is recorded");
        Assert.Equal(1, runner.Most);
    }

    [Fact]
    public async Task Store_OneOfABatchIsADefect_TheOthersAreDone()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var function = await fixture.AddAsync();
        using var held = new ManualResetEventSlim();
        var first = fixture.Store.WriteAsync(_ => held.Wait(TimeSpan.FromSeconds(30)));
        var good = fixture.Store.AcceptAsync(AsyncFixture.Draft(function));
        var bad = fixture.Store.WriteAsync<int>(_ => throw new InvalidOperationException());
        var alsoGood = fixture.Store.AcceptAsync(AsyncFixture.Draft(function));
        held.Set();

        await first;
        Assert.Equal(2, new[] { await good, await alsoGood }.Distinct().Count(id => fixture.Find(id).State == AsyncInvocationState.Queued));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
    }

    [Fact]
    public async Task ClockWentBack_WhatWasPutOffByTheOldClock_IsDueNow()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var function = await fixture.AddAsync();
        fixture.Clock.Set(TimeSpan.FromDays(3653));
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function, retries: 1));
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Failure);
        fixture.Clock.Set(TimeSpan.Zero);
        Assert.Empty((await fixture.Store.ClaimAsync(1, _ => null)).Claimed);

        await fixture.Store.ClockWentBackAsync();

        Assert.Equal(id, (await fixture.ClaimOneAsync()).Id);
    }

    [Fact]
    public async Task Open_WhatWasPutOffByAClockThatWasAhead_IsDueNow()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var function = await fixture.AddAsync();
        fixture.Clock.Set(TimeSpan.FromDays(3653));
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function));
        fixture.Clock.Set(TimeSpan.Zero);

        await fixture.ReopenAsync();

        Assert.Equal(id, (await fixture.ClaimOneAsync()).Id);
    }

    private static Task BreakAsync(AsyncFixture fixture, string sql) => Task.Run(() =>
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(fixture.Functions.Data.Invocations, "invocations.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    });

    private static AsyncInvoker Start(AsyncFixture fixture, ScriptedRunner runner, int concurrency = 4)
    {
        var invoker = new AsyncInvoker(fixture.Store, fixture.Functions, runner, concurrency, fixture.Loops, fixture.Clock, NullLogger.Instance);
        invoker.Start();
        return invoker;
    }
}
