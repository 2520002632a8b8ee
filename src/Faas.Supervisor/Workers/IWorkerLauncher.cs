namespace Faas.Supervisor.Workers;

/// <summary>Starts the processes of a pool. Any thread.</summary>
internal interface IWorkerLauncher
{
    /// <summary>Starts one.</summary>
    /// <param name="index">The position that it fills.</param>
    /// <param name="token">What it must show in its Hello; works once.</param>
    /// <exception cref="Exception">It cannot be started; the message says why.</exception>
    Task<IWorkerProcess> StartAsync(int index, string token);

    /// <summary>Removes what a process that has ended leaves behind.</summary>
    void CleanUp(int index);

    /// <summary>What an operator can do when a worker does not start.</summary>
    string Remedy(string reason);
}
