namespace Faas.Supervisor.Workers;

/// <summary>One worker process, from its start to its end.</summary>
internal interface IWorkerProcess : IDisposable
{
    /// <summary>Pid.</summary>
    int Id { get; }

    /// <summary>Completes with the exit code.</summary>
    Task<int> Ended { get; }

    /// <summary>The last lines it wrote, to explain its end with; empty, or beginning with a colon.</summary>
    string LastWords { get; }

    /// <summary>Ends it at once. Nothing happens when it has ended.</summary>
    void Kill();

    /// <summary>Ends it with all it has started.</summary>
    void KillTree();
}
