using System.Diagnostics;
using System.Globalization;

namespace Faas.Scenarios.Targets;

/// <summary>
/// Ends what this process has started when it dies without having done so: killed, or ended by a library. A shell holds
/// the other end of a pipe, is told each start and each end, and at the end of the pipe sends SIGTERM to what is left.
/// </summary>
/// <remarks>
/// Not PR_SET_PDEATHSIG: the kernel sends that when the <i>thread</i> that started the child ends, and a thread of the
/// pool may end at any time.
/// </remarks>
internal static class OrphanGuard
{
    private const string Script = """
        trap '' INT TERM HUP
        left=' '
        while read -r what pid; do
          case $what in
            started) left="$left$pid " ;;
            ended) case $left in *" $pid "*) left="${left%% "$pid" *} ${left#* "$pid" }" ;; esac ;;
          esac
        done
        for pid in $left; do kill -TERM "$pid" 2>/dev/null && kill -CONT "$pid"; done # one that a case has stopped would not see it
        """;

    private static readonly Lock s_lock = new();
    private static Process? s_shell;

    public static void Started(int processId) => Tell("started", processId);

    /// <summary>Once for each start, as soon as it is known: the number may soon be another process's.</summary>
    public static void Ended(int processId) => Tell("ended", processId);

    private static void Tell(string what, int processId)
    {
        lock (s_lock)
        {
            s_shell ??= Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true })!;
            try
            {
                s_shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {processId}"));
                s_shell.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Somebody has killed the shell: a run that ends by itself still ends what it started.
            }
        }
    }
}
