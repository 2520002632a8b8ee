using System.Globalization;

namespace Faas.Scenarios.Targets;

/// <summary>Confines a process to one processor (sched_setaffinity(2)): every thread it has, and those they start.</summary>
internal static class ProcessorPin
{
    public static void Pin(int processId, int processor)
    {
        var mask = 1UL << processor;
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            _ = LibcNativeMethods.sched_setaffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), sizeof(ulong), mask);
        }
    }
}
