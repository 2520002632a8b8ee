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
        Add(loop);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        while (!stopping.IsCancellationRequested)
        {
            await TakeTurnAsync(loop, turn, stopping);
        }

        Remove(loop);
    }

    /// <summary>Does what must not be left undone: at once, also when all is ending, and again after a pause for as long as it throws.</summary>
    /// <param name="name">As of a loop; it is one from its first failure on.</param>
    /// <param name="work">May be begun again after it threw.</param>
    /// <param name="stopping">Ends the trying.</param>
    /// <returns>False when it was given up. Never fails.</returns>
    public async Task<bool> RetryAsync(string name, Func<Task> work, CancellationToken stopping)
    {
        var loop = new SupervisedLoop(name, time);
        if (await TakeTurnAsync(loop, _ => work(), stopping))
        {
            return true;
        }

        Add(loop);
        var isDone = false;
        while (!isDone && !stopping.IsCancellationRequested)
        {
            isDone = await TakeTurnAsync(loop, _ => work(), stopping);
        }

        Remove(loop);
        return isDone;
    }

    private void Add(SupervisedLoop loop)
    {
        lock (_gate)
        {
            _loops.Add(loop);
        }
    }

    private void Remove(SupervisedLoop loop)
    {
        lock (_gate)
        {
            _loops.Remove(loop);
        }
    }

    /// <returns>True when it went well.</returns>
    private async Task<bool> TakeTurnAsync(SupervisedLoop loop, Func<CancellationToken, Task> turn, CancellationToken stopping)
    {
        try
        {
            loop.Begin();
            await turn(stopping);
            if (loop.Succeed() is > 0 and var failures)
            {
                LoopsLog.Recovered(logger, loop.Name, failures);
            }

            return true;
        }
#pragma warning disable CA1031 // A type that nobody thought of must not end the loop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (stopping.IsCancellationRequested)
            {
                return false;
            }

            var failures = loop.Fail(exception);
            var pause = PauseAfter(failures);
            if (failures == 1)
            {
                LoopsLog.Failed(logger, exception, loop.Name, pause.TotalSeconds);
            }
            else
            {
                LoopsLog.FailedAgain(logger, loop.Name, failures, pause.TotalSeconds, loop.State.Problem);
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return false;
        }
    }

    private static TimeSpan PauseAfter(int failures)
    {
        // 2^10 of the first pause is past the longest already.
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }
}
