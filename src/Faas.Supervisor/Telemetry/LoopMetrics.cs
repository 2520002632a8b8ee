using System.Diagnostics.Metrics;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.Telemetry;

/// <summary>Whether what runs for the life of the server does its work.</summary>
internal static class LoopMetrics
{
    public static void Register(Meter meter, LoopSupervisor loops, SocketThreadWatch threads)
    {
        meter.CreateObservableGauge("faas.loop.unwell", ReadLoops, "1", "1 while a loop of the server fails again and again.");
        meter.CreateObservableGauge("faas.socket_thread.stuck", () => threads.Stuck, "{thread}", "Threads that serve the sockets and have not turned for a second.");

        // Several may have one name: one that is unwell counts.
        IEnumerable<Measurement<int>> ReadLoops() => loops.States.GroupBy(loop => loop.Name, StringComparer.Ordinal).Select(group =>
            new Measurement<int>(group.Any(loop => loop.IsUnwell) ? 1 : 0, FaasMeter.Tag("loop", group.Key)));
    }
}
