using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Faas.Supervisor.Invocations;

namespace Faas.Simulation.Tests;

/// <summary>
/// One thread that runs everything. Whatever may happen next is a step in a list, and the seed picks one. Time stands still while
/// there are steps. It is the synchronization context of all that runs in it, so awaits come back as steps; pipes and posted work items
/// come through <see cref="Enqueue"/>. What reaches any of its doors on another thread has escaped, and the schedule fails.
/// </summary>
internal sealed class SimulatedWorld : SynchronizationContext
{
    // Far above what a schedule takes (a thousand or two): who comes here turns.
    private const int MaxSteps = 100_000;
    private const int MaxStepsAtOneInstant = 20_000;
    private const int MaxDepth = 3;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Possible>[] _runnable = [[], []];
    private readonly PriorityQueue<Possible, (long Due, long Order)>[] _later = [new(), new()];
    private readonly Dictionary<Type, bool> _goesOnInline = [];
    private readonly List<string>? _history;
    private long _order;
    private long _pausedUntil;
    private int _depth;
    private int _stepsNow;
    private ulong _hash = 14695981039346656037;

    /// <param name="seed">Decides everything.</param>
    /// <param name="records">True: keeps a line for each step.</param>
    public SimulatedWorld(int seed, bool records)
    {
        Random = new Random(seed);
        _history = records ? [] : null;
        Time = new SimulatedTime(this);
    }

    public Random Random { get; }

    public SimulatedTime Time { get; }

    /// <summary>Ns since the world began.</summary>
    public long Now { get; private set; } = 1_000_000_000;

    public int Steps { get; private set; }

    /// <summary>Number of the running step; of the inner one while others run inside it.</summary>
    public long Step { get; private set; }

    /// <summary>Time in which the supervisor was paused.</summary>
    public TimeSpan Paused { get; private set; }

    /// <summary>What went wrong first; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Of all choices and instants so far: two runs of a seed must agree on it.</summary>
    public ulong Hash => _hash;

    public IReadOnlyList<string> History => _history ?? [];

    public bool Records => _history is not null;

    /// <summary>
    /// True: who awaits an invocation goes on inside the step that ended it, all the way up to its door, as in the server, where there is no context.
    /// False: each await of the way is a step of its own.
    /// </summary>
    public bool IsInline { get; init; }

    /// <summary>One call in so many of those that a step makes to the outside lets other steps run inside it, as other threads would. 0: none.</summary>
    public int PreemptOneIn { get; init; }

    /// <summary>Called after each step.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>Called whenever the time is asked for, in the middle of a step and possibly under a lock: looks, and touches nothing.</summary>
    public Action? Glance { get; set; }

    /// <summary>Called when nothing can happen before time goes on.</summary>
    public Action? Quiet { get; set; }

    public override SynchronizationContext CreateCopy() => this;

    public override void Send(SendOrPostCallback d, object? state) => Fail("Send, which would block");

    public override void Post(SendOrPostCallback d, object? state)
    {
        CheckThread();
        if (IsInline && _depth > 0 && state is not null && GoesOnInline(state.GetType()))
        {
            Note(Actor.Supervisor, "goes on inline", state);
            d(state);
            return;
        }

        Add(new Possible(Actor.Supervisor, d, state, "goes on"));
    }

    /// <summary>Adds a step.</summary>
    public void Enqueue(Actor actor, string what, Action<object?> run, object? state)
    {
        CheckThread();
        Add(new Possible(actor, run, state, what));
    }

    /// <summary>Adds a step.</summary>
    public void Enqueue(Actor actor, string what, Action run)
    {
        CheckThread();
        Add(new Possible(actor, run, null, what));
    }

    /// <summary>A step that becomes possible later.</summary>
    public void After(Actor actor, TimeSpan delay, string what, Action run)
    {
        CheckThread();
        var step = new Possible(actor, run, null, what);
        if (delay <= TimeSpan.Zero)
        {
            Add(step);
        }
        else
        {
            _later[(int)actor].Enqueue(step, (Now + (delay.Ticks * TimeSpan.NanosecondsPerTick), _order++));
        }
    }

    /// <summary>The supervisor does not run for that long.</summary>
    public void Pause(TimeSpan length)
    {
        Note(Actor.Outside, "the supervisor is stopped", length.TotalMilliseconds);
        var until = Now + (length.Ticks * TimeSpan.NanosecondsPerTick);
        if (until > _pausedUntil)
        {
            Paused += TimeSpan.FromTicks((until - Math.Max(_pausedUntil, Now)) / TimeSpan.NanosecondsPerTick);
            _pausedUntil = until;
        }
    }

    /// <summary>
    /// The running step has left the supervisor's own code and holds none of its locks: at times other steps run here, as other threads would.
    /// </summary>
    public void Preempt()
    {
        CheckThread();
        if (PreemptOneIn == 0 || _depth == 0 || _depth >= MaxDepth || _pausedUntil > Now || Random.Next(PreemptOneIn) != 0)
        {
            return;
        }

        for (var count = Random.Next(1, 4); count > 0 && TryPick(out var step); count--)
        {
            Run(step);
        }
    }

    /// <summary>Runs until <paramref name="isDone"/>, a failure, or the end of the given time.</summary>
    /// <returns>False when time was over first.</returns>
    public bool RunUntil(Func<bool> isDone, TimeSpan longest)
    {
        var limit = Now + (longest.Ticks * TimeSpan.NanosecondsPerTick);
        while (Failure is null && !isDone())
        {
            if (TryPick(out var step))
            {
                Run(step);
                AfterStep?.Invoke();
            }
            else
            {
                if (_pausedUntil <= Now)
                {
                    Quiet?.Invoke();
                }

                if (!Advance(limit))
                {
                    return false;
                }
            }
        }

        return Failure is null;
    }

    /// <summary>Notes a failure; the first one counts.</summary>
    public void Fail(string message)
    {
        if (Failure is null)
        {
            Failure = message;
            Note(Actor.Outside, "FAILED", message);
        }
    }

    /// <summary>Every door of the world asks: a callback on another thread belongs to no schedule.</summary>
    public void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            var message = $"something escaped to another thread: {new StackTrace(1, false)}";
            Failure ??= message;
            throw new SimulationFailureException(message);
        }
    }

    public void Note(Actor actor, [InterpolatedStringHandlerArgument("")] ref NoteText what, object? about = null)
    {
        if (Records)
        {
            Note(actor, what.ToStringAndClear(), about);
        }
    }

    public void Note(Actor actor, string what, object? about = null)
    {
        _history?.Add($"{(Now - 1_000_000_000) / 1e6,10:0.000} ms  {new string(' ', _depth * 2)}{actor,-10} {what}{(about is null ? "" : $" {Describe(about)}")}");
    }

    private static string Describe(object about) => about switch
    {
        IConvertible or TimeSpan => $"{about}",
        Delegate function => $"{function.Method.DeclaringType?.Name}.{function.Method.Name}",
        _ when about.GetType() is { IsGenericType: true } type => type.GenericTypeArguments[^1].Name,
        _ => about.ToString() ?? "",
    };

    private void Add(Possible step) => _runnable[(int)step.Actor].Add(step);

    private bool TryPick(out Possible step)
    {
        var outside = _runnable[(int)Actor.Outside];
        var own = _runnable[(int)Actor.Supervisor];
        var count = outside.Count + (_pausedUntil > Now ? 0 : own.Count);
        if (count == 0)
        {
            step = default;
            return false;
        }

        var index = Random.Next(count);
        Mix((ulong)index << 32 | (uint)count);
        var list = outside;
        if (index >= outside.Count)
        {
            (list, index) = (own, index - outside.Count);
        }

        step = list[index];
        list[index] = list[^1];
        list.RemoveAt(list.Count - 1);
        return true;
    }

    private void Run(in Possible step)
    {
        if (++Steps > MaxSteps || ++_stepsNow > MaxStepsAtOneInstant)
        {
            Fail($"{Steps} steps, {_stepsNow} of them at one instant: something turns");
            return;
        }

        if (_history is not null)
        {
            Note(step.Actor, step.What, step.Run is Action or SendOrPostCallback ? step.State ?? (step.What == "goes on" ? step.Run : null) : step.State);
        }

        var outer = Step;
        Step = Steps;
        _depth++;
        try
        {
            switch (step.Run)
            {
                case Action run:
                    run();
                    break;
                case Action<object?> run:
                    run(step.State);
                    break;
                case SendOrPostCallback run:
                    run(step.State);
                    break;
            }
        }
#pragma warning disable CA1031 // A step of the world must not throw; whatever it is, it is a finding.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail($"a step threw: {exception}");
        }

        _depth--;
        Step = outer;
    }

    private bool Advance(long limit)
    {
        var isPaused = _pausedUntil > Now;
        var next = isPaused ? _pausedUntil : long.MaxValue;
        foreach (var later in _later)
        {
            if (later.TryPeek(out var step, out var due) && (!isPaused || step.Actor == Actor.Outside))
            {
                next = Math.Min(next, Math.Max(due.Due, Now));
            }
        }

        if (next > limit)
        {
            return false;
        }

        Now = next;
        _stepsNow = 0;
        Mix((ulong)next);
        foreach (var later in _later)
        {
            while (later.TryPeek(out var step, out var due) && due.Due <= next && (step.Actor == Actor.Outside || _pausedUntil <= next))
            {
                Add(later.Dequeue());
            }
        }

        return true;
    }

    private void Mix(ulong value) => _hash = (_hash ^ value) * 1099511628211;

    // A context gets the state machine that goes on. What only passes on how the sending went is pooled, so in the server it runs inline.
    private bool GoesOnInline(Type box)
    {
        if (!_goesOnInline.TryGetValue(box, out var inline))
        {
            var machine = box.IsGenericType ? box.GenericTypeArguments[^1] : box;
            inline = machine.DeclaringType == typeof(InvocationRunner)
                && machine.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
                && machine.Name.StartsWith("<TrySendAsync>", StringComparison.Ordinal);
            _goesOnInline.Add(box, inline);
        }

        return inline;
    }

    private readonly record struct Possible(Actor Actor, object Run, object? State, string What);
}
