namespace Faas.Supervisor.Building;

/// <summary>
/// The folder in which a compiler keeps what it may need again. Go's grows with every build and is trimmed by Go itself only after five days
/// without use; here it has a bound. Thread-safe.
/// </summary>
internal sealed class CompilerCache(string folder, TimeProvider time, ILogger logger)
{
    /// <summary>Go's compiled standard library takes 60 MiB, one program a few.</summary>
    internal const long MaxBytes = 512L << 20;

    // Looking at some thousand files takes tens of milliseconds: not after every build.
    private const int BuildsBetweenLooks = 32;

    // Go renews the time of what it uses at most once an hour, so that younger entries may belong to a build that runs.
    private static readonly TimeSpan s_inUse = TimeSpan.FromHours(2);

    private int _builds;

    /// <summary>Before the first build: nothing of it is in use.</summary>
    public void TrimAtStart() => Trim(MaxBytes, TimeSpan.Zero);

    /// <summary>After a build.</summary>
    public void NoteBuild()
    {
        if (Interlocked.Increment(ref _builds) % BuildsBetweenLooks == 0)
        {
            Trim(MaxBytes, s_inUse);
        }
    }

    /// <summary>Removes the entries that were not used for longest until the rest fits.</summary>
    internal void Trim(long maxBytes, TimeSpan leastAge)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                return;
            }

            var total = 0L;
            var youngest = time.GetUtcNow().UtcDateTime - leastAge;
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc))
            {
                total += file.Length;
                if (total > maxBytes && file.LastWriteTimeUtc <= youngest)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            BuildingLog.TrimFailed(logger, exception, folder);
        }
    }
}
