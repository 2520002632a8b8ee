using System.Diagnostics;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>Bounded waiting: generous enough for a loaded machine, and the failure says what did not happen.</summary>
internal static class Patience
{
    /// <summary>No step of any test takes this long unless it hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Polls until the condition holds.</summary>
    /// <param name="condition">What to wait for.</param>
    /// <param name="what">Its description for the failure.</param>
    /// <param name="details">More for the failure.</param>
    /// <param name="limit">Instead of <see cref="Limit"/>.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, Func<string>? details = null, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (limit ?? Limit))
            {
                Assert.Fail($"not within {(limit ?? Limit).TotalSeconds} s: {what}\n{details?.Invoke()}");
            }

            await Task.Delay(s_pollInterval, TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what, Func<string>? details = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, details);

    /// <summary>The result, or a failure that says what was waited for.</summary>
    public static async Task<T> ForAsync<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not within {Limit.TotalSeconds} s: {what}");
        }
    }
}
