namespace Faas.Load;

/// <summary>Runs a <see cref="LoadPlan"/> on threads of its own.</summary>
public static class LoadEngine
{
    /// <summary>
    /// Connects, loads, and returns what was measured; a cancelled run returns what it has.
    /// Throws <see cref="System.Net.Sockets.SocketException"/> when the server cannot be reached at the start.
    /// </summary>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, LoadProgress? progress, CancellationToken cancellationToken)
    {
        if (plan.Requests <= 0 && plan.Duration <= TimeSpan.Zero)
        {
            throw new ArgumentException("a load plan needs a number of requests or a duration", nameof(plan));
        }

        var threads = Math.Clamp(plan.Threads, 1, plan.Connections);
        plan = plan with { Threads = threads };
        progress ??= new LoadProgress(threads);
        var loops = new List<LoadLoop>(threads);
        try
        {
            for (var i = 0; i < threads; i++)
            {
                loops.Add(new LoadLoop(plan, i, progress));
                loops[i].Connect();
            }

            var parts = await Task.WhenAll(loops.Select(loop => Task.Factory.StartNew(
                () => loop.Run(cancellationToken),
                CancellationToken.None, // the loop ends by itself and hands over what it has
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            var result = parts[0];
            foreach (var part in parts.AsSpan(1))
            {
                result.Add(part);
            }

            return result;
        }
        finally
        {
            foreach (var loop in loops)
            {
                loop.Dispose();
            }
        }
    }
}
