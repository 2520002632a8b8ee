using System.Text;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Tests.Functions;

namespace Faas.Supervisor.Tests.AsyncInvocations;

public sealed class AsyncInvocationStoreTests
{
    [Fact]
    public async Task AcceptAsync_OneIsThere_QueuedWithItsInput()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var function = await fixture.AddAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function, "input", retries: 2));

        var found = fixture.Find(id);
        Assert.Equal(
            (AsyncInvocationState.Queued, "f", function.Id, 0, 2, AsyncFixture.Start, AsyncFixture.Start),
            (found.State, found.Function, found.Version, found.Attempts, found.Retries, found.Accepted, found.Due!.Value));
        Assert.Null(fixture.Store.Reader.Find(id with { Secret = id.Secret ^ 1 }));

        var claimed = await fixture.ClaimOneAsync();
        Assert.Equal((id, function.Id, 1, "input"), (claimed.Id, claimed.Version, claimed.Attempt, Encoding.UTF8.GetString(claimed.Input)));
        Assert.Equal(AsyncInvocationState.Running, fixture.Find(id).State);
        Assert.Empty((await fixture.Store.ClaimAsync(1, _ => null)).Claimed);
    }

    [Fact]
    public async Task AcceptAsync_ManyAtOnce_ShareCommits()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var function = await fixture.AddAsync();
        var before = fixture.Store.Commits;
        var ids = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => fixture.Store.AcceptAsync(AsyncFixture.Draft(function))));

        Assert.Equal(2000, ids.Distinct().Count());
        Assert.InRange(fixture.Store.Commits - before, 4, 1000);
        Assert.Equal(2000, fixture.Store.Reader.Count()[(int)AsyncInvocationState.Queued]);
    }

    [Fact]
    public async Task FinishAsync_Success_KeepsOutputAndHistory()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        var claimed = await fixture.ClaimOneAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(AsyncInvocationState.Succeeded, await fixture.Store.FinishAsync(claimed, ScriptedRunner.Ok("done") with { Invocation = "abc" }));

        var found = fixture.Find(id);
        Assert.Equal(("done", AsyncFixture.Start.AddSeconds(2)), (Encoding.UTF8.GetString(found.Output!), found.Ended!.Value));
        Assert.Equal(new AsyncAttempt(1, AsyncFixture.Start, AsyncFixture.Start.AddSeconds(2), null, "abc"), Assert.Single(found.History));
    }

    [Fact]
    public async Task FinishAsync_FailuresWithRetries_WaitLongerEachTimeThenDie()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync(), retries: 2));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var now = fixture.Time.GetUtcNow();
            Assert.Equal(AsyncInvocationState.Failed, await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Failure));
            var due = fixture.Find(id).Due!.Value;
            Assert.InRange((due - now).TotalSeconds, 0.5 * attempt - 0.01, 1.0 * attempt + 0.01);
            var (claimed, next) = await fixture.Store.ClaimAsync(1, _ => null);
            Assert.Empty(claimed);
            Assert.Equal(due.ToUnixTimeMilliseconds(), next);
            fixture.Time.SetUtcNow(due);
        }

        Assert.Equal(AsyncInvocationState.Dead, await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Failure));
        var dead = fixture.Find(id);
        Assert.Equal(("function_failed", "no luck", 3, 3), (dead.Error, dead.Message, dead.ExitCode!.Value, dead.History.Count));
        Assert.Equal(id, Assert.Single(fixture.Store.Reader.List(AsyncInvocationState.Dead, null, null, 10)).Id);
    }

    [Fact]
    public async Task RetryAsync_OfADeadLetter_HasItsAttemptsAgain()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync(), retries: 1));
        Assert.False(await fixture.Store.RetryAsync(id));
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Failure with { MayRetry = false });
        Assert.Equal(AsyncInvocationState.Dead, fixture.Find(id).State);

        Assert.True(await fixture.Store.RetryAsync(id));
        Assert.Equal(AsyncInvocationState.Failed, await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Failure));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AsyncInvocationState.Succeeded, await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok()));
        Assert.Equal(3, fixture.Find(id).History.Count);
        Assert.False(await fixture.Store.RetryAsync(id));
    }

    [Fact]
    public async Task OpenAsync_WhatWasRunning_IsUnknownOrRunsAgainWhenIdempotent()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var once = await fixture.AddAsync();
        var twice = await fixture.AddAsync(Drafts.Script("g") with { Idempotent = true });
        var running = await fixture.Store.AcceptAsync(AsyncFixture.Draft(once));
        var repeatable = await fixture.Store.AcceptAsync(AsyncFixture.Draft(twice));
        await fixture.Store.ClaimAsync(2, _ => null);
        var queued = await fixture.Store.AcceptAsync(AsyncFixture.Draft(once));

        await fixture.ReopenAsync();
        var unknown = fixture.Find(running);
        Assert.Equal((AsyncInvocationState.Unknown, "interrupted", 1), (unknown.State, unknown.Error, unknown.Attempts));
        Assert.Null(Assert.Single(unknown.History).Ended);
        Assert.Equal(AsyncInvocationState.Queued, fixture.Find(queued).State);
        Assert.Equal(AsyncInvocationState.Queued, fixture.Find(repeatable).State);
        Assert.Equal([(queued, 1), (repeatable, 2)], (await fixture.Store.ClaimAsync(9, _ => null)).Claimed.Select(one => (one.Id, one.Attempt)).OrderBy(one => one.Attempt));

        // The interruption was no attempt that counts: it has those it was given still.
        var again = new ClaimedInvocation(repeatable, twice.Id, 2, [], [], 0);
        Assert.Equal(AsyncInvocationState.Dead, await fixture.Store.FinishAsync(again, ScriptedRunner.Failure));
    }

    [Fact]
    public async Task OpenAsync_NotADatabase_RefusesWithARemedy()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        await fixture.Store.DisposeAsync();
        foreach (var file in Directory.GetFiles(fixture.Functions.Data.Invocations))
        {
            File.Delete(file);
        }

        var path = Path.Combine(fixture.Functions.Data.Invocations, "invocations.db");
        await File.WriteAllTextAsync(path, new string('x', 5000), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<StartupFailureException>(fixture.ReopenAsync);
        File.Delete(path);
        await fixture.ReopenAsync();
    }

    [Fact]
    public async Task PutBackAsync_NoWorkerTookIt_IsNoAttempt()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        await fixture.Store.PutBackAsync(await fixture.ClaimOneAsync(), TimeSpan.FromSeconds(1));
        var found = fixture.Find(id);
        Assert.Equal((AsyncInvocationState.Queued, 0, 0), (found.State, found.Attempts, found.History.Count));
        Assert.Equal(AsyncFixture.Start.AddSeconds(1), found.Due);
    }

    [Fact]
    public async Task ClaimAsync_FunctionAtItsLimit_LetsOthersPass()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var busy = await fixture.AddAsync();
        var free = await fixture.AddAsync(Drafts.Script("g"));
        for (var i = 0; i < 3; i++)
        {
            await fixture.Store.AcceptAsync(AsyncFixture.Draft(busy));
        }

        var other = await fixture.Store.AcceptAsync(AsyncFixture.Draft(free));
        var (claimed, _) = await fixture.Store.ClaimAsync(9, version => version == busy.Id ? 1 : null);
        Assert.Equal([busy.Id, free.Id], claimed.Select(one => one.Version));
        Assert.Equal(other, claimed[1].Id);
    }

    [Fact]
    public async Task CancelAsync_Queued_NeverRuns()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var id = await fixture.Store.AcceptAsync(AsyncFixture.Draft(await fixture.AddAsync()));
        Assert.True(await fixture.Store.CancelAsync(id));
        Assert.False(await fixture.Store.CancelAsync(id));
        Assert.Equal(AsyncInvocationState.Cancelled, fixture.Find(id).State);
        Assert.Empty((await fixture.Store.ClaimAsync(1, _ => null)).Claimed);
    }

    [Fact]
    public async Task PurgeAsync_KeptLongEnough_IsForgotten_WhatWaitsIsNot()
    {
        await using var fixture = await AsyncFixture.CreateAsync(new AsyncInvocationOptions { Retention = TimeSpan.FromHours(1) });
        var function = await fixture.AddAsync();
        var ended = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function));
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok());
        var waiting = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function));
        fixture.Time.Advance(TimeSpan.FromMinutes(59));
        await fixture.Store.PurgeAsync();
        Assert.NotNull(fixture.Store.Reader.Find(ended));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await fixture.Store.PurgeAsync();
        Assert.Null(fixture.Store.Reader.Find(ended));
        Assert.NotNull(fixture.Store.Reader.Find(waiting));
    }

    [Fact]
    public async Task AcceptAsync_Full_ForgetsWhatEndedFirstAndThenRefuses()
    {
        await using var fixture = await AsyncFixture.CreateAsync(new AsyncInvocationOptions { MaxBytes = 4 * (InvocationTable.RowBytes + 1000) });
        var function = await fixture.AddAsync();
        var input = new string('x', 1000);
        var ended = await fixture.Store.AcceptAsync(AsyncFixture.Draft(function, input));
        await fixture.Store.FinishAsync(await fixture.ClaimOneAsync(), ScriptedRunner.Ok(""));
        for (var i = 0; i < 4; i++)
        {
            await fixture.Store.AcceptAsync(AsyncFixture.Draft(function, input));
        }

        Assert.Null(fixture.Store.Reader.Find(ended));
        await Assert.ThrowsAsync<AsyncStoreFullException>(() => fixture.Store.AcceptAsync(AsyncFixture.Draft(function)));
        await fixture.ReopenAsync();
        await Assert.ThrowsAsync<AsyncStoreFullException>(() => fixture.Store.AcceptAsync(AsyncFixture.Draft(function)));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirstAndFiltered()
    {
        await using var fixture = await AsyncFixture.CreateAsync();
        var f = await fixture.AddAsync();
        var g = await fixture.AddAsync(Drafts.Script("g"));
        var ids = new List<AsyncInvocationId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await fixture.Store.AcceptAsync(AsyncFixture.Draft(i % 2 == 0 ? f : g)));
        }

        ids.Reverse();
        var reader = fixture.Store.Reader;
        Assert.Equal(ids[..2], reader.List(null, null, null, 2).Select(one => one.Id));
        Assert.Equal(ids[2..], reader.List(null, null, ids[1].Sequence, 9).Select(one => one.Id));
        Assert.Equal([ids[1], ids[3]], reader.List(AsyncInvocationState.Queued, "g", null, 9).Select(one => one.Id));
        Assert.Empty(reader.List(AsyncInvocationState.Dead, null, null, 9));
    }

    [Theory]
    [InlineData("2a-00000000000000ff", true)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("1", false)]
    [InlineData("1-", false)]
    [InlineData("1-zz", false)]
    [InlineData("11111111111111111-1", false)]
    public void TryParse_Ids_OnlyOfTheForm(string text, bool isGood)
    {
        Assert.Equal(isGood, AsyncInvocationId.TryParse(text, out var id));
        Assert.True(!isGood || id.ToString() == text);
    }
}
