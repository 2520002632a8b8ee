using System.Diagnostics.Metrics;
using System.Globalization;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Telemetry;

/// <summary>The queue and the workers, read when somebody asks.</summary>
internal static class PoolMetrics
{
    public static void Register(Meter meter, Scheduler scheduler, WorkerPool pool)
    {
        meter.CreateObservableGauge("faas.queue.depth", () => scheduler.QueueLength, "{invocation}", "Invocations that wait for a slot.");
        meter.CreateObservableGauge("faas.queue.capacity", () => scheduler.MaxQueueLength, "{invocation}", "Invocations that may wait.");
        meter.CreateObservableGauge("faas.worker.slots", () => Read(worker => worker.IsReady ? worker.Slots : 0), "{slot}", "Invocations that a worker runs at once; 0 while it is not ready.");
        meter.CreateObservableGauge("faas.worker.slots_in_use", () => Read(worker => worker.Outstanding), "{slot}", "Slots taken.");
        meter.CreateObservableGauge("faas.worker.ready", () => Read(worker => worker.IsReady ? 1 : 0), "1", "1 while the worker takes invocations.");
        meter.CreateObservableCounter("faas.worker.restarts", () => pool.Workers.Select(worker => new Measurement<long>(worker.Restarts, Label(worker.Index))), "{process}", "Worker processes after the first.");
        meter.CreateObservableGauge("faas.worker.resident_memory", ReadMemory, "By", "Resident memory of the worker process.");

        IEnumerable<Measurement<int>> Read(Func<WorkerState, int> figure) => scheduler.Workers.ToArray().Select(worker =>
            new Measurement<int>(figure(worker), Label(worker.Index), FaasMeter.Tag("backend", worker.Backend)));

        IEnumerable<Measurement<long>> ReadMemory() =>
            from worker in pool.Workers
            let bytes = ProcessFigures.ResidentBytes(worker.ProcessId)
            where bytes is not null
            select new Measurement<long>(bytes.Value, Label(worker.Index));
    }

    private static KeyValuePair<string, object?> Label(int worker) => FaasMeter.Tag("worker", worker.ToString(CultureInfo.InvariantCulture));
}
