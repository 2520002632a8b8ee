using Faas.Supervisor.Workers;

namespace Faas.Simulation.Tests;

/// <summary>Starts scripted workers; the seed says how each will go wrong.</summary>
internal sealed class SimulatedLauncher(Schedule schedule) : IWorkerLauncher
{
    private int _lastId;

    /// <summary>The newest process of each position.</summary>
    public SimulatedWorker?[] Workers { get; } = new SimulatedWorker?[schedule.Plan.Workers];

    public Task<IWorkerProcess> StartAsync(int index, string token)
    {
        schedule.World.CheckThread();
        var random = schedule.World.Random;
        var fault = WorkerFault.None;
        if (schedule.MayFail)
        {
            fault = random.Next(3) == 0 ? WorkerFault.None : (WorkerFault)random.Next((int)WorkerFault.Stuck + 1);
        }
        else if (schedule.Plan.WorkersFail && !schedule.IsEnding && random.Next(3) != 0)
        {
            // The first processes start well, else there is no server.
            fault = (WorkerFault)random.Next((int)WorkerFault.Killed, (int)WorkerFault.Stuck + 1);
        }

        if (fault == WorkerFault.CannotStart)
        {
            schedule.World.Note(Actor.Outside, "no process can be started for worker", index);
            throw new IOException("no space left on device");
        }

        var worker = new SimulatedWorker(schedule, index, ++_lastId, fault);
        Workers[index] = worker;
        worker.Begin(token);
        if (random.Next(3) != 0)
        {
            return Task.FromResult<IWorkerProcess>(worker);
        }

        var started = new TaskCompletionSource<IWorkerProcess>();
        schedule.World.After(Actor.Supervisor, TimeSpan.FromMilliseconds(random.Next(5)), "a process is started", () => started.SetResult(worker));
        return started.Task;
    }

    public void CleanUp(int index)
    {
    }

    public string Remedy(string reason) => "";
}
