using Faas.Supervisor.Functions.Interop;

namespace Faas.Supervisor.Hosting;

/// <summary>How many files this process may have open, and how many of them are for connections.</summary>
internal static class DescriptorLimit
{
    // Pipes of compilers, sockets of workers, files of deploys, the database, logs: measured at 230 with four workers, and a
    // burst of builds and deploys adds some tens.
    private const int ReservedForItself = 512;
    private const int ReservedForAWorker = 16;

    /// <summary>A page that has a thousand tabs open is served; more than the kernel queues at once for a slow one is not needed by anybody.</summary>
    private const int MostConnections = 16_384;

    private const int LeastConnections = 16;

    /// <summary>Raises the soft limit to the hard one and tells it. .NET does so too at its start; whoever lowered it since is overruled.</summary>
    public static unsafe long Raise()
    {
        ResourceLimit limit;
        if (PosixNativeMethods.getrlimit(PosixNativeMethods.RLIMIT_NOFILE, &limit) != 0)
        {
            return 1024; // POSIX's usual; it never happens on Linux
        }

        if (limit.Current < limit.Maximum)
        {
            var raised = limit with { Current = limit.Maximum };
            if (PosixNativeMethods.setrlimit(PosixNativeMethods.RLIMIT_NOFILE, &raised) == 0)
            {
                limit = raised;
            }
        }

        return (long)Math.Min(limit.Current, int.MaxValue);
    }

    /// <summary>What is left for connections when the rest is kept back; of a small limit at least a third.</summary>
    /// <param name="limit">As <see cref="Raise"/> tells.</param>
    /// <param name="workers">Worker processes.</param>
    public static int ConnectionsOf(long limit, int workers)
    {
        var left = Math.Max(limit - ReservedForItself - (ReservedForAWorker * workers), limit / 3);
        return (int)Math.Clamp(left, LeastConnections, MostConnections);
    }
}
