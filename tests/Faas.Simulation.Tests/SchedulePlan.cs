using Faas.Supervisor.Options;
using Faas.Supervisor.Scheduling;

namespace Faas.Simulation.Tests;

/// <summary>What one schedule is about: pool, load and the kinds of faults. Drawn by the seed, before anything runs.</summary>
internal sealed class SchedulePlan
{
    /// <summary>An engine that interrupts its guests at their deadline.</summary>
    public const string Interrupting = "alpha";

    /// <summary>An engine that interrupts nobody: only the end of its process ends a guest.</summary>
    public const string Uninterruptible = "beta";

    public SchedulePlan(Random random)
    {
        Strategy = StrategyCatalog.Names[random.Next(StrategyCatalog.Names.Count)];
        Workers = random.Next(1, 5);
        Slots = random.Next(1, 5);
        var others = Workers > 1 && random.Next(3) == 0 ? random.Next(1, Workers) : random.Next(8) == 0 ? Workers : 0;
        Backends = others == 0 ? [new(Interrupting, Workers)] : others == Workers ? [new(Uninterruptible, Workers)] : [new(Interrupting, Workers - others), new(Uninterruptible, others)];
        QueueLength = random.Next(4) switch { 0 => 0, 1 => random.Next(1, 5), _ => random.Next(5, 21) };
        InFlight = random.Next(4) == 0 ? random.Next(2, 12) : 1000;
        QueueTimeout = TimeSpan.FromMilliseconds(random.Next(800, 3000));
        HeartbeatInterval = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(200, 500) : 1000);
        HeartbeatTimeout = HeartbeatInterval * random.Next(2, 6);
        DrainTimeout = TimeSpan.FromMilliseconds(random.Next(2) == 0 ? random.Next(1, 500) : 10_000);
        Calls = random.Next(10, 41);
        Horizon = TimeSpan.FromMilliseconds(random.Next(50, 2500));
        IsInline = random.Next(2) == 0;
        PreemptOneIn = random.Next(3) switch { 0 => 0, 1 => 8, _ => 3 };
        PipeBytes = random.Next(3) == 0 ? random.Next(64, 4096) : 64 * 1024;
        WorkersFail = random.Next(3) != 0;
        ClientsFail = random.Next(3) != 0;
        Pauses = random.Next(5) == 0;
        ClockJumps = random.Next(5) == 0;
        OperatorActs = random.Next(3) == 0;
        Drains = random.Next(8) == 0;
        HasLargeFrames = random.Next(25) == 0;
    }

    public string Strategy { get; }

    public int Workers { get; }

    public int Slots { get; }

    public IReadOnlyList<BackendShare> Backends { get; }

    public int QueueLength { get; }

    public int InFlight { get; }

    public TimeSpan QueueTimeout { get; }

    public TimeSpan HeartbeatInterval { get; }

    public TimeSpan HeartbeatTimeout { get; }

    public TimeSpan DrainTimeout { get; }

    public int Calls { get; }

    /// <summary>Calls and faults come within it.</summary>
    public TimeSpan Horizon { get; }

    public bool IsInline { get; }

    public int PreemptOneIn { get; }

    /// <summary>So many bytes fit into a connection before its writer waits.</summary>
    public int PipeBytes { get; }

    public bool WorkersFail { get; }

    public bool ClientsFail { get; }

    public bool Pauses { get; }

    public bool ClockJumps { get; }

    /// <summary>Deploys, deletes, reloads, changes of the strategy.</summary>
    public bool OperatorActs { get; }

    public bool Drains { get; }

    /// <summary>Some arguments, inputs and environments are as large as frames, or larger.</summary>
    public bool HasLargeFrames { get; }

    public override string ToString() =>
        $"{Strategy}, {Workers} workers ({string.Join(" + ", Backends.Select(share => $"{share.Count} {share.Name}"))}) of {Slots} slots, queue {QueueLength} for {QueueTimeout.TotalMilliseconds} ms, "
        + $"{InFlight} places, {Calls} calls in {Horizon.TotalMilliseconds} ms, heartbeat {HeartbeatInterval.TotalMilliseconds}/{HeartbeatTimeout.TotalMilliseconds} ms, pipes of {PipeBytes} bytes"
        + $"{(IsInline ? ", inline" : "")}{(PreemptOneIn > 0 ? $", preempted one time in {PreemptOneIn}" : "")}{(WorkersFail ? ", workers fail" : "")}{(ClientsFail ? ", clients fail" : "")}"
        + $"{(Pauses ? ", pauses" : "")}{(ClockJumps ? ", clock jumps" : "")}{(OperatorActs ? ", operator" : "")}{(Drains ? ", drain" : "")}{(HasLargeFrames ? ", large frames" : "")}";
}
