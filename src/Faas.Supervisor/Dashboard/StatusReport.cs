using System.Text.Json;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Dashboard;

/// <summary>How the server stands now: strategy, queue, workers.</summary>
internal sealed class StatusReport(Scheduler scheduler, WorkerPool pool, FunctionStore store)
{
    public int QueueLength => scheduler.QueueLength;

    /// <summary>Invocations that hold a slot.</summary>
    public int Running => scheduler.Outstanding;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("strategy"u8, scheduler.Strategy);
        json.WriteNumber("queueMax"u8, scheduler.MaxQueueLength);
        json.WriteNumber("placed"u8, scheduler.Placed);
        json.WriteNumber("revision"u8, Revision());
        json.WriteStartArray("workers"u8);
        foreach (var state in scheduler.Workers)
        {
            var worker = pool.Workers[state.Index];
            var processId = worker.ProcessId;
            json.WriteStartObject();
            json.WriteNumber("index"u8, state.Index);
            json.WriteString("state"u8, NameOf(worker.Phase));
            json.WriteNumber("pid"u8, processId);
            json.WriteString("backend"u8, state.Backend);
            json.WriteNumber("slots"u8, state.Slots);
            json.WriteNumber("busy"u8, state.Outstanding);
            json.WriteNumber("placed"u8, state.Placed);
            json.WriteNumber("restarts"u8, worker.Restarts);
            json.WriteNumber("memoryBytes"u8, ResidentMemory.OfProcess(processId));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Changes when the list of functions does, roll-backs included: the page then asks for it again.
    private int Revision()
    {
        var hash = new HashCode();
        foreach (var function in store.List())
        {
            hash.Add(function.Handle);
        }

        return hash.ToHashCode();
    }

    private static string NameOf(WorkerPhase phase) => phase switch
    {
        WorkerPhase.Starting => "starting",
        WorkerPhase.Ready => "ready",
        WorkerPhase.Silent => "silent",
        WorkerPhase.Crashed => "crashed",
        _ => "stopped",
    };
}
