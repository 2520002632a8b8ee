namespace Faas.Simulation.Tests;

/// <summary>One run of a function in a worker.</summary>
internal sealed class SimulatedBody(ulong id, SimulatedCall call, SimulatedWorker worker)
{
    public ulong Id => id;

    public SimulatedCall Call => call;

    public SimulatedWorker Worker => worker;

    public int Received { get; set; }

    public ulong ReceivedHash { get; set; } = SimulatedCall.EmptyHash;

    /// <summary>Bytes of output that may leave.</summary>
    public long Window { get; set; }

    /// <summary>Bytes of output that the function has written.</summary>
    public int Written { get; set; }

    /// <summary>Bytes of it that have left.</summary>
    public int Sent { get; set; }

    public bool IsOver { get; set; }
}
