using System.Buffers;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Options;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Workers;

namespace Faas.Simulation.Tests;

/// <summary>
/// One seed played to its end: the real scheduler, runner, pool, sessions and frames, among scripted workers, clients, code and operators. First
/// the pool starts, then calls and faults come, then no new faults; every call must end, everything be given back, and every position serve again.
/// </summary>
#pragma warning disable CA1001 // A world is left as it stands at its end: nothing of it is outside this process's memory.
internal sealed class Schedule
#pragma warning restore CA1001
{
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(5);

    // Longer than a call may take under any plan, so that a call that hangs is told by its own rule.
    private static readonly TimeSpan s_endPatience = TimeSpan.FromMinutes(2);
    private static readonly Lazy<SecretStore> s_secrets = new(OpenSecrets);

    private readonly Scheduler _scheduler;
    private readonly WorkerPool _pool;
    private readonly SimulatedLauncher _launcher;
    private readonly Invariants _invariants;
    private readonly List<SimulatedFunction> _functions = [];
    private readonly List<SimulatedCall> _calls = [];
    private int _places;
    private int _coming;
    private int _events; // still to come
    private int _underWay;
    private long _queueWasFull = -1;
    private long _drainedSince;
    private Task? _draining;

    private Schedule(int seed, bool records)
    {
        Plan = new SchedulePlan(new Random(Scatter(seed, 1)));
        World = new SimulatedWorld(Scatter(seed, 2), records) { IsInline = Plan.IsInline, PreemptOneIn = Plan.PreemptOneIn };
        Options = new SupervisorOptions
        {
            Workers = Plan.Workers,
            Slots = Plan.Slots,
            Backends = Plan.Backends,
            QueueLength = Plan.QueueLength,
            QueueTimeout = Plan.QueueTimeout,
            HeartbeatInterval = Plan.HeartbeatInterval,
            HeartbeatTimeout = Plan.HeartbeatTimeout,
            DrainTimeout = Plan.DrainTimeout,
            WorkerStartTimeout = TimeSpan.FromSeconds(1),
        };
        Listener = new SimulatedListener(World, () => MayFail && World.Random.Next(10) == 0);
        _launcher = new SimulatedLauncher(this);
        _scheduler = new Scheduler(
            [.. Enumerable.Range(0, Plan.Workers).Select(index => new WorkerPosition(Options.BackendOf(index), Plan.Slots))], Plan.Strategy, Plan.QueueLength, new Random(Scatter(seed, 3)), World.Time);
        var logger = new SimulatedLogger(World);
        var loops = new LoopSupervisor(World.Time, logger);
        _pool = new WorkerPool(Options, _scheduler, Listener, _launcher, new WorkerPoolServices(World.Time, new InvocationNumbers(World.Time), Post, logger), loops);
        Runner = new InvocationRunner(
            _scheduler,
            new SimulatedTargets(World, _scheduler, _pool, mostInOneStep: (2 * Plan.Workers * Plan.Slots) + 8),
            new SimulatedCode(World, function => _functions[(int)function.Handle - 1]),
            s_secrets.Value,
            new SimulatedObserver(this),
            World.Time,
            [.. Plan.Backends.Select(share => share.Name)],
            Plan.InFlight);
        _invariants = new Invariants(World, _scheduler, Runner, _pool, loops);
        World.AfterStep = AfterStep;
        World.Glance = NoteFullQueue;
        World.Quiet = _invariants.WhenQuiet;
    }

    public SchedulePlan Plan { get; }

    public SimulatedWorld World { get; }

    public SupervisorOptions Options { get; }

    public SimulatedListener Listener { get; }

    public InvocationRunner Runner { get; }

    /// <summary>True while workers that are started may go wrong from the beginning.</summary>
    public bool MayFail { get; private set; }

    /// <summary>True when nothing new may go wrong.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Calls whose worker was lost.</summary>
    public int Losses { get; private set; }

    public bool IsDraining { get; private set; }

    /// <summary>True where lateness explains itself.</summary>
    public bool HasDisturbance => Plan.WorkersFail || World.Paused > TimeSpan.Zero || Losses > 0;

    /// <summary>Plays a seed. The calling thread's synchronization context is the world meanwhile.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="records">True: with its history.</param>
    public static ScheduleResult Play(int seed, bool records = false)
    {
        var context = SynchronizationContext.Current;
        var schedule = new Schedule(seed, records);
        SynchronizationContext.SetSynchronizationContext(schedule.World);
        try
        {
            schedule.Play();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        return new ScheduleResult(seed, schedule.Plan, schedule.World.Failure, schedule.World.Steps, schedule.World.Hash, schedule.World.History);
    }

    public SimulatedCall CallOf(in ReadOnlySequence<byte> input) => _calls[SimulatedCall.NumberOf(input)];

    /// <summary>True while the supervisor has a session with this process.</summary>
    public bool IsServed(SimulatedWorker worker) =>
        !worker.IsDead && _pool.Workers[worker.Index].Session is { } session && session.Hello.ProcessId == worker.Id && !Internals.IsOver(session);

    /// <summary>True when an Invoke frame that comes now breaks the promise of a Drain frame before it; a drain whose time was over promised nothing.</summary>
    public bool IsDrainedInTime => World.Now < _drainedSince + (Plan.DrainTimeout.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>The clients' own count of places: one for each call that is let in.</summary>
    public bool TakePlace()
    {
        if (_places >= Plan.InFlight)
        {
            return false;
        }

        _places++;
        return true;
    }

    public void GiveBackPlace() => _places--;

    public bool WasQueueFullSince(long instant) => Plan.QueueLength == 0 || _queueWasFull >= instant || _scheduler.QueueLength >= Plan.QueueLength;

    /// <summary>
    /// What two attempts may take, without the time that the supervisor was stopped or the sink slept: each waits, runs, is found late or silent at a
    /// heartbeat, and its worker is ended.
    /// </summary>
    public TimeSpan LongestCall(SimulatedFunction function) =>
        (2 * (Plan.QueueTimeout + function.Version.Limits.Timeout + Plan.HeartbeatTimeout + (8 * Plan.HeartbeatInterval) + TimeSpan.FromSeconds(2))) + function.CodeDelay;

    public void CallEnded(SimulatedCall call)
    {
        _underWay--;
        if (!IsEnding && _coming > 0 && World.Random.Next(4) == 0)
        {
            // A client that keeps its connection: its next call comes in the same breath.
            _coming--;
            Arrive();
        }
    }

    private void Play()
    {
        var random = World.Random;
        for (var count = random.Next(2, 6); count > 0; count--)
        {
            Deploy();
        }

        var started = Task.CompletedTask;
        World.Enqueue(Actor.Supervisor, "the pool starts", () => started = _pool.StartAsync());
        if (!World.RunUntil(() => World.Steps > 0 && started.IsCompleted, s_startPatience))
        {
            World.Fail("the pool does not start");
            return;
        }

        MayFail = Plan.WorkersFail;
        ScheduleEvents(random);
        var horizon = World.Now + (Plan.Horizon.Ticks * TimeSpan.NanosecondsPerTick);
        if (!World.RunUntil(() => World.Now >= horizon, Plan.Horizon + s_endPatience))
        {
            return;
        }

        MayFail = false;
        IsEnding = true;
        foreach (var worker in _launcher.Workers)
        {
            worker?.Disarm();
        }

        if (!World.RunUntil(() => _underWay == 0 && _coming == 0 && _events == 0 && _draining is null or { IsCompleted: true }, s_endPatience))
        {
            World.Fail($"{_underWay} calls do not end{(_draining is { IsCompleted: false } ? ", and the drain does not" : "")}");
            return;
        }

        if (!World.RunUntil(() => _scheduler.Outstanding == 0 && _pool.Workers.All(worker => worker is { Phase: WorkerPhase.Ready, Session.UnansweredPings: 0 }) && _launcher.Workers.All(worker => worker!.IsWell), s_endPatience))
        {
            World.Fail($"the workers do not come back: {string.Join(", ", _pool.Workers.Select(worker => worker.Phase))}");
            return;
        }

        if (!IsDraining)
        {
            ServeEverywhere();
        }

        // What was posted and can find nothing any more.
        World.RunUntil(() => false, TimeSpan.FromMilliseconds(1));
        _invariants.AtTheEnd();
    }

    private void ScheduleEvents(Random random)
    {
        _coming = Plan.Calls;
        for (var call = 0; call < Plan.Calls; call++)
        {
            After("a call comes", () =>
            {
                if (_coming > 0)
                {
                    _coming--;
                    Arrive();
                }
            });
        }

        if (Plan.Pauses)
        {
            for (var count = random.Next(1, 3); count > 0; count--)
            {
                var length = TimeSpan.FromMilliseconds(random.Next(200, 10_000));
                World.After(Actor.Outside, Plan.Horizon * random.NextDouble(), "a pause", () => World.Pause(length));
            }
        }

        if (Plan.ClockJumps)
        {
            After("the wall clock jumps", () => World.Time.Jumped += TimeSpan.FromHours(random.Next(-48, 48)));
        }

        if (Plan.OperatorActs)
        {
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                After("an operator acts", () => Act(random));
            }
        }

        if (Plan.Drains)
        {
            After("the server is told to end", () =>
            {
                IsDraining = true;
                _drainedSince = World.Now;
                _draining = _pool.DrainAsync(CancellationToken.None);
            });
        }

        void After(string what, Action action)
        {
            _events++;
            World.After(Actor.Supervisor, Plan.Horizon * random.NextDouble(), what, () =>
            {
                _events--;
                action();
            });
        }
    }

    private void Act(Random random)
    {
        var function = _functions[random.Next(_functions.Count)];
        switch (random.Next(4))
        {
            case 0:
                Deploy();
                break;
            case 1 when _functions.Count(other => !other.IsDeleted) > 1:
                World.Note(Actor.Supervisor, $"{function} is deleted");
                function.IsDeleted = true;
                Runner.Forget(function.Version);
                break;
            case 2:
                _scheduler.Strategy = StrategyCatalog.Names[random.Next(StrategyCatalog.Names.Count)];
                break;
            default:
                Runner.Reload(function.Version);
                break;
        }
    }

    private void Deploy()
    {
        var function = new SimulatedFunction(World.Random, Plan, (uint)_functions.Count + 1);
        _functions.Add(function);
        World.Note(Actor.Supervisor, $"{function} is deployed");
    }

    private void Arrive()
    {
        var living = _functions.FindAll(static function => !function.IsDeleted);
        if (living.Count > 0)
        {
            Start(living[World.Random.Next(living.Count)], isPlain: false);
        }
    }

    private SimulatedCall Start(SimulatedFunction function, bool isPlain)
    {
        var call = new SimulatedCall(this, _calls.Count, function, isPlain);
        _calls.Add(call);
        _underWay++;
        World.Note(Actor.Supervisor, $"{call} comes");
        call.Start();
        return call;
    }

    // As many calls at once as there are slots: none may be refused, wait for long, or leave a slot out.
    private void ServeEverywhere()
    {
        var function = new SimulatedFunction((uint)_functions.Count + 1);
        _functions.Add(function);
        var before = _launcher.Workers.Select(worker => worker!.Begun).ToArray();
        var calls = new List<SimulatedCall>();
        var count = Math.Min(Plan.InFlight, Plan.Workers * Plan.Slots);
        World.Enqueue(Actor.Supervisor, "calls for every slot", () =>
        {
            for (var call = 0; call < count; call++)
            {
                calls.Add(Start(function, isPlain: true));
            }
        });
        if (!World.RunUntil(() => calls.Count == count && _underWay == 0, s_endPatience))
        {
            World.Fail($"{_underWay} calls do not end although nothing is wrong");
            return;
        }

        if (calls.Find(static call => call.End != InvocationEnd.Ok) is { } refused)
        {
            World.Fail($"{refused} ended with {refused.End} although nothing is wrong");
        }

        for (var index = 0; index < Plan.Workers && count == Plan.Workers * Plan.Slots; index++)
        {
            if (_launcher.Workers[index]!.Begun - before[index] != Plan.Slots)
            {
                World.Fail($"worker {index} took {_launcher.Workers[index]!.Begun - before[index]} of {Plan.Slots} calls although all its slots are free");
            }
        }
    }

    private void Post(IThreadPoolWorkItem work)
    {
        Losses++;
        foreach (var worker in _pool.Workers)
        {
            if (worker.Session is { } session && Internals.IsOver(session) && _scheduler.Workers[worker.Index].IsReady)
            {
                World.Fail($"ends are told of worker {worker.Index}, and the scheduler does not know that it is gone");
            }
        }

        World.Enqueue(Actor.Supervisor, "tells a loss", static state => ((IThreadPoolWorkItem)state!).Execute(), work);
        World.Preempt();
    }

    private void AfterStep()
    {
        NoteFullQueue();
        _invariants.AfterStep(_places);
    }

    private void NoteFullQueue()
    {
        if (_scheduler.QueueLength >= Plan.QueueLength)
        {
            _queueWasFull = World.Now;
        }
    }

    // Neighbouring seeds must not begin alike, which those of System.Random do (the finalizer of SplitMix64).
    private static int Scatter(int seed, int stream)
    {
        var bits = ((ulong)(uint)seed << 8 | (uint)stream) * 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return (int)(bits >> 33);
    }

    private static SecretStore OpenSecrets()
    {
        var folder = Directory.CreateTempSubdirectory("faas-simulation");
        try
        {
            return SecretStore.Open(DataDirectory.Create(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
