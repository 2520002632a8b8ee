namespace Faas.Supervisor.Workers;

/// <summary>What <see cref="WorkerConnection.TrySend"/> did; only <see cref="Sent"/> leaves a trace.</summary>
internal enum SendStatus
{
    Sent,

    /// <summary>The worker does not know the function: <see cref="WorkerConnection.Prepare"/> first.</summary>
    Unprepared,

    /// <summary>The session is over.</summary>
    Lost,
}
