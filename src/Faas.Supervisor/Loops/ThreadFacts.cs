using System.Globalization;

namespace Faas.Supervisor.Loops;

/// <summary>
/// What the kernel tells of a thread of this process. .NET gives no other thread's stack from inside: what is here says whether
/// it computes or waits, and in which system call.
/// </summary>
internal static class ThreadFacts
{
    /// <summary>The kernel's number of the calling thread; 0 when it is not known.</summary>
    public static int CurrentThreadId() =>
        // It links to PID/task/TID.
        int.TryParse(Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget), CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>User and system time so far, in ticks of a hundredth of a second; 0 when it is not known.</summary>
    public static long ProcessorTime(int threadId) => Fields(threadId) is { Length: > 12 } fields
        && long.TryParse(fields[11], CultureInfo.InvariantCulture, out var user)
        && long.TryParse(fields[12], CultureInfo.InvariantCulture, out var system)
            ? user + system
            : 0;

    /// <param name="threadId">As the kernel numbers it.</param>
    /// <param name="processorTimeBefore">Of the first look that it did not answer.</param>
    public static string Describe(int threadId, long processorTimeBefore)
    {
        var state = Fields(threadId) is [var letter, ..] ? letter : "?";
        var milliseconds = (ProcessorTime(threadId) - processorTimeBefore) * 10;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"thread {threadId} ({Read(threadId, "comm")}), state {state}, {milliseconds} ms of processor time since the first look it missed, waits in {Read(threadId, "wchan")}, system call {Read(threadId, "syscall")}");
    }

    // Field 3 of proc_pid_stat(5) and on; the name before it may hold anything.
    private static string[] Fields(int threadId) => Read(threadId, "stat") is var stat && stat.LastIndexOf(") ", StringComparison.Ordinal) is > 0 and var end
        ? stat[(end + 2)..].Split(' ')
        : [];

    private static string Read(int threadId, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{threadId}/{file}")).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "?"; // It has ended, or may not be read.
        }
    }
}
