using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Faas.Supervisor.Telemetry;

/// <summary>Figures of the supervisor's own process, under the names that Prometheus' clients of all languages give them.</summary>
internal static class ProcessMetrics
{
    private const string OpenFiles = "/proc/self/fd";

    public static void Register(Meter meter)
    {
        using var self = Process.GetCurrentProcess();
        var start = new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1e3;
        meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time of the supervisor, user and system.");
        meter.CreateObservableGauge("process.resident_memory", () => ProcessFigures.ResidentBytes(Environment.ProcessId) ?? 0, "By", "Resident memory of the supervisor.");
        meter.CreateObservableGauge("process.start_time", () => start, "s", "Start of the supervisor in Unix seconds.");
        meter.CreateObservableGauge("process.open_fds", () => Directory.EnumerateFileSystemEntries(OpenFiles).Count(), "1", "Open file descriptors of the supervisor.");
    }
}
