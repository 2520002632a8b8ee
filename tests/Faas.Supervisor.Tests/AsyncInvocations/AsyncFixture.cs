using System.Text;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Tests.Functions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.AsyncInvocations;

/// <summary>A store of functions, a store of invocations on the same folder, and a clock.</summary>
internal sealed class AsyncFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private AsyncFixture()
    {
        Clock = new SettableClock(Time);
        Loops = new LoopSupervisor(Clock, NullLogger.Instance);
        Functions = FunctionStore.Open(_folder.Combine("data"), Clock, NullLogger.Instance);
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>The same time by a wall clock that can be set.</summary>
    public SettableClock Clock { get; }

    public LoopSupervisor Loops { get; }

    public FunctionStore Functions { get; }

    public AsyncInvocationStore Store { get; private set; } = null!;

    public AsyncInvocationOptions Options { get; init; } = new();

    public string Folder => _folder.Combine("data");

    public static async Task<AsyncFixture> CreateAsync(AsyncInvocationOptions? options = null)
    {
        var fixture = new AsyncFixture { Options = options ?? new() };
        fixture.Store = await fixture.OpenAsync();
        return fixture;
    }

    public Task<FunctionVersion> AddAsync(FunctionDraft? draft = null) => Functions.AddAsync(draft ?? Drafts.Script("f"), CancellationToken.None);

    /// <summary>Closes and opens the store, as a server that ended in between.</summary>
    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    public static AsyncInvocationDraft Draft(FunctionVersion function, string input = "", int retries = 0) =>
        new(function, Encoding.UTF8.GetBytes(input), Retries: retries);

    public async Task<ClaimedInvocation> ClaimOneAsync() => Assert.Single((await Store.ClaimAsync(1, _ => null)).Claimed);

    public AsyncInvocation Find(AsyncInvocationId id) => Store.Reader.Find(id) ?? throw new InvalidOperationException($"{id} is not there");

    /// <summary>Advances the clock in small steps until the condition holds; what happens in between happens on other threads.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(condition, what, TimeSpan.FromMilliseconds(100));

    /// <summary>Waits for other threads; the clock stands still.</summary>
    public Task SettledAsync(Func<bool> condition, string what) => UntilAsync(condition, what, TimeSpan.Zero);

    private async Task UntilAsync(Func<bool> condition, string what, TimeSpan step)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"not within 60 s: {what}");
            Time.Advance(step);
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Functions.Dispose();
        _folder.Dispose();
    }

    private Task<AsyncInvocationStore> OpenAsync() => AsyncInvocationStore.OpenAsync(
        Functions.Data.Invocations,
        Options,
        id => Functions.TryResolve(id, out var function) && function.Idempotent,
        Loops,
        Clock,
        NullLogger.Instance);
}
