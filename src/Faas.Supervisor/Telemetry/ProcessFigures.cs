using System.Globalization;

namespace Faas.Supervisor.Telemetry;

/// <summary>What <c>/proc</c> tells about a process.</summary>
internal static class ProcessFigures
{
    /// <summary>Resident memory; null when the process is gone.</summary>
    public static long? ResidentBytes(int processId)
    {
        try
        {
            // proc_pid_statm(5): size, resident, …, in pages.
            var fields = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/statm")).Split(' ');
            return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
