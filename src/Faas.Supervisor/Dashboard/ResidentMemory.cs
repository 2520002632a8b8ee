using System.Buffers.Text;

namespace Faas.Supervisor.Dashboard;

/// <summary>What a process has in memory, by <c>/proc/PID/statm</c> (proc(5)): its second number, in pages.</summary>
internal static class ResidentMemory
{
    /// <summary>Bytes; 0 when there is no such process.</summary>
    public static long OfProcess(int processId)
    {
        if (processId == 0)
        {
            return 0;
        }

        try
        {
            Span<byte> line = stackalloc byte[128];
            using var file = File.OpenHandle($"/proc/{processId}/statm");
            ReadOnlySpan<byte> text = line[..RandomAccess.Read(file, line, fileOffset: 0)];
            var resident = text[(text.IndexOf((byte)' ') + 1)..];
            return Utf8Parser.TryParse(resident, out long pages, out _) ? pages * Environment.SystemPageSize : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
            return 0;
        }
    }
}
