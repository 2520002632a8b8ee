namespace Faas.Supervisor.Loops;

/// <summary>
/// Runs whatever goes on for the life of the server. A turn that throws is logged, and the next one begins after a pause that
/// grows: no exception, foreseen or not, ends a loop. Any thread.
/// </summary>
/// <param name="time">For the pauses.</param>
/// <param name="logger">Told of each turn that failed, and of a loop that is well again.</param>
internal sealed class LoopSupervisor(TimeProvider time, ILogger logger)
{
    /// <summary>The pause after a first failure: what passes by itself, like a lack of descriptors, is hardly noticed.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause: what was mended from outside, like a full disk, is noticed within it.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<SupervisedLoop> _loops = []; // under _gate

    /// <summary>Every loop that runs now, in the order of their starts.</summary>
    public IReadOnlyList<LoopState> States
    {
        get
        {
            lock (_gate)
            {
                return [.. _loops.Select(loop => loop.State)];
            }
        }
    }

    /// <summary>Calls <paramref name="turn"/> again and again, one call after the other, until it is told to stop.</summary>
    /// <param name="name">For people: in the log, in <c>/healthz</c> and on a metric, so one of a few and never a caller's words.</param>
    /// <param name="turn">
    /// Waits for its work and does it; that it returns means that it went well. It may as well go on inside for as long as it
    /// likes: after <see cref="LongestPause"/> without an exception it counts as well too.
    /// </param>
    /// <param name="stopping">Ends the loop, also in a pause. What a turn throws after that is taken for its way to stop.</param>
    /// <returns>Completes when the loop has ended, always successfully. Its first turn begins on the thread pool.</returns>
    public async Task RunAsync(string name, Func<CancellationToken, Task> turn, CancellationToken stopping)
    {
        var loop = new SupervisedLoop(name, time);
        lock (_gate)
        {
            _loops.Add(loop);
        }

        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        while (!stopping.IsCancellationRequested)
        {
            await TakeTurnAsync(loop, turn, stopping);
        }

        lock (_gate)
        {
            _loops.Remove(loop);
        }
    }

    private async Task TakeTurnAsync(SupervisedLoop loop, Func<CancellationToken, Task> turn, CancellationToken stopping)
    {
        try
        {
            loop.Begin();
            await turn(stopping);
            if (loop.Succeed() is > 0 and var failures)
            {
                LoopsLog.Recovered(logger, loop.Name, failures);
            }
        }
#pragma warning disable CA1031 // A type that nobody thought of must not end the loop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            var failures = loop.Fail(exception);
            var pause = PauseAfter(failures);
            LoopsLog.Failed(logger, exception, loop.Name, failures, pause.TotalSeconds);
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private static TimeSpan PauseAfter(int failures)
    {
        // 2^10 of the first pause is past the longest already.
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }
}
