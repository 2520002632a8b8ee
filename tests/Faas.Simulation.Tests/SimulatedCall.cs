using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faas.Supervisor.Invocations;

namespace Faas.Simulation.Tests;

/// <summary>One call: the client that makes it, the sink that takes its output, and what must come of it.</summary>
#pragma warning disable CA1001 // As Schedule.
internal sealed class SimulatedCall : IInvocationSink
#pragma warning restore CA1001
{
    public const ulong EmptyHash = 14695981039346656037;

    private const int HeaderBytes = sizeof(int);

    // Latencies of a worker's script are some ms.
    private static readonly TimeSpan s_cancelPatience = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] s_pattern = MakePattern();
    private static readonly byte[] s_largeStrings = MakeLargeStrings();

    private readonly Schedule _schedule;
    private readonly SimulatedWorld _world;
    private readonly CancellationTokenSource? _leaving;
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly SinkConduct _conduct;
    private readonly int _throwAt;
    private readonly TimeSpan _slowness;
    private readonly bool _hasLargeStrings;
    private readonly int _lossesBefore;
    private ConfiguredValueTaskAwaitable<InvocationEnd>.ConfiguredValueTaskAwaiter _awaiter;
    private SimulatedBody? _body;
    private int _bodies;
    private int _takes;
    private int _ends;
    private bool _isTaking;
    private bool _hasThrown;
    private bool _hasLeft;
    private TimeSpan _slept;
    private TimeSpan _pausedBefore;
    private long _arrived;
    private long _leftAt;

    public SimulatedCall(Schedule schedule, int number, SimulatedFunction function, bool isPlain)
    {
        _schedule = schedule;
        _world = schedule.World;
        Number = number;
        Function = function;
        var random = _world.Random;
        var plan = schedule.Plan;
        Delivery = random.Next(2) == 0 ? OutputDelivery.Whole : OutputDelivery.Streamed;
        Input = Make(number, LengthOf(random, plan));
        InputHash = HashOf(Input.Span, EmptyHash);
        Output = Make(number, LengthOf(random, plan));
        _lossesBefore = schedule.Losses;
        if (isPlain)
        {
            return;
        }

        _hasLargeStrings = plan.HasLargeFrames && random.Next(4) == 0;
        if (Delivery == OutputDelivery.Streamed && random.Next(4) == 0)
        {
            _conduct |= SinkConduct.LeavesAllToTheEnd;
        }

        if (random.Next(4) == 0)
        {
            _conduct |= SinkConduct.IsSlow;
            _slowness = TimeSpan.FromMilliseconds(random.Next(1, 200));
        }

        if (plan.ClientsFail)
        {
            if (random.Next(5) == 0)
            {
                _conduct |= random.Next(3) == 0 ? SinkConduct.ThrowsAtTheEnd : SinkConduct.Throws;
                _throwAt = random.Next(1, 4);
            }

            if (random.Next(3) == 0)
            {
                _leaving = new CancellationTokenSource();
            }
        }
    }

    public int Number { get; }

    public SimulatedFunction Function { get; }

    public ReadOnlyMemory<byte> Input { get; }

    public ulong InputHash { get; }

    /// <summary>What the function writes for this call and for no other one.</summary>
    public ReadOnlyMemory<byte> Output { get; }

    public OutputDelivery Delivery { get; }

    public bool HasPlace { get; private set; }

    public bool IsOver { get; private set; }

    public InvocationEnd End { get; private set; }

    public int Retries { get; set; }

    /// <summary>Times that the runner told the observer of its end.</summary>
    public int Observed { get; set; }

    public static ulong HashOf(ReadOnlySpan<byte> bytes, ulong hash)
    {
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }

    public static int NumberOf(in ReadOnlySequence<byte> input)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        input.Slice(0, HeaderBytes).CopyTo(header);
        return BinaryPrimitives.ReadInt32LittleEndian(header);
    }

    public void Start()
    {
        _arrived = _world.Now;
        _pausedBefore = _world.Paused;
        if (_leaving is not null)
        {
            if (_world.Random.Next(2) == 0)
            {
                Wander(_world.Random.Next(12));
            }
            else
            {
                _world.After(Actor.Supervisor, TimeSpan.FromMilliseconds(_world.Random.Next(1500)), "a client leaves", Leave);
            }
        }

        HasPlace = _schedule.TakePlace();
        var request = _hasLargeStrings
            ? new InvocationRequest(Function.Version, Input, s_largeStrings, ArgumentCount: 1)
            : new InvocationRequest(Function.Version, Input);
#pragma warning disable CA2012 // Consumed once, in Ended: an await would go on one step later than the runner ends.
        _awaiter = _schedule.Runner.RunAsync(request, this, _leaving?.Token ?? CancellationToken.None).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        if (_awaiter.IsCompleted)
        {
            Ended();
        }
        else
        {
            _awaiter.UnsafeOnCompleted(Ended);
        }
    }

    /// <summary>A worker has its Invoke frame.</summary>
    public void Begins(SimulatedBody body)
    {
        // A worker whose session was lost may still read what had left before.
        var isServed = _schedule.IsServed(body.Worker);
        if (isServed || _body is null)
        {
            _body = body;
        }

        _bodies++;
        if (_bodies > 1 && !Function.Version.Idempotent)
        {
            _world.Fail($"{this} runs a second time");
        }

        if (_bodies > 2)
        {
            _world.Fail($"{this} runs for the {_bodies}th time");
        }

        if (isServed && _received.WrittenCount > 0)
        {
            _world.Fail($"{this} runs again although output of it was passed on");
        }

        if (isServed && IsOver)
        {
            _world.Fail($"{this} begins after its end");
        }
    }

    ValueTask IInvocationSink.TakeAsync(Invocation invocation, bool hasEnded)
    {
        _world.CheckThread();
        _world.Note(Actor.Supervisor, $"{this} takes output{(hasEnded ? ", the last" : "")}");
        _world.Preempt();
        Check(invocation);
        if (_isTaking || _hasThrown || IsOver || _ends > 0)
        {
            _world.Fail($"{this} is asked to take output while it does, or after its end");
        }

        if (_conduct.HasFlag(SinkConduct.Throws) && ++_takes >= _throwAt)
        {
            throw Throw();
        }

        if (_conduct.HasFlag(SinkConduct.LeavesAllToTheEnd))
        {
            invocation.PeekOutput(static bytes => bytes.Length);
            return default;
        }

        invocation.TakeOutput(_received);
        return _conduct.HasFlag(SinkConduct.IsSlow) ? SleepAsync() : default;
    }

    ValueTask IInvocationSink.EndAsync(Invocation invocation)
    {
        _world.CheckThread();
        _world.Note(Actor.Supervisor, $"{this} is told its end:", invocation.End.ToString());
        _world.Preempt();
        Check(invocation);
        if (++_ends > 1 || _hasThrown || IsOver)
        {
            _world.Fail($"{this} is told its end again, or after it has thrown");
        }

        _received.Write(invocation.Output.Span);
        Judge(invocation);
        if (_conduct.HasFlag(SinkConduct.ThrowsAtTheEnd))
        {
            throw Throw();
        }

        return _conduct.HasFlag(SinkConduct.IsSlow) ? SleepAsync() : default;
    }

    public override string ToString() => $"call {Number} of {Function}";

    private static ReadOnlyMemory<byte> Make(int number, int length)
    {
        var bytes = new byte[HeaderBytes + length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        s_pattern.AsSpan(number * 17 % 4096, length).CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    // Mostly small: what is copied costs schedules. Some take more than a frame or more than a window.
    private static int LengthOf(Random random, SchedulePlan plan) => random.Next(plan.HasLargeFrames ? 4 : 200) switch
    {
        0 => random.Next(1, 400_000),
        1 => random.Next(1, 8_000),
        _ => random.Next(64),
    };

    private static byte[] MakePattern()
    {
        var pattern = new byte[512 * 1024];
        new Random(1).NextBytes(pattern);
        return pattern;
    }

    private static byte[] MakeLargeStrings()
    {
        var strings = new byte[1024 * 1024 + 16];
        BinaryPrimitives.WriteInt32LittleEndian(strings, strings.Length - sizeof(int));
        return strings;
    }

    private void Wander(int steps) => _world.Enqueue(Actor.Supervisor, "a client thinks of leaving", () =>
    {
        if (steps == 0)
        {
            Leave();
        }
        else
        {
            Wander(steps - 1);
        }
    });

    private void Leave()
    {
        if (!IsOver && !_hasLeft)
        {
            _hasLeft = true;
            _leftAt = _world.Now;
            _world.Note(Actor.Supervisor, $"{this} is left by its client");
            _leaving!.Cancel();
        }
    }

    private SinkException Throw()
    {
        _hasThrown = true;
        _world.Note(Actor.Supervisor, $"{this} throws");
        return new SinkException();
    }

    private async ValueTask SleepAsync()
    {
        _isTaking = true;
        _slept += _slowness;
        await SimulatedWait.For(_world, _slowness);
        _isTaking = false;
    }

    private void Check(Invocation invocation)
    {
        if (invocation.Request.Function != Function.Version || !MemoryMarshal.TryGetArray(invocation.Request.Input, out var own) || !MemoryMarshal.TryGetArray(Input, out var mine) || own.Array != mine.Array)
        {
            _world.Fail($"{this} is handed an object that is another call's");
        }
    }

    private void Judge(Invocation invocation)
    {
        var received = _received.WrittenSpan;
        if (received.Length > Output.Length || !Output.Span[..received.Length].SequenceEqual(received))
        {
            _world.Fail($"{this} got {received.Length} bytes of output that are not its own");
        }

        var waited = TimeSpan.FromTicks((invocation.Timings.Ended - invocation.Timings.Arrived) / TimeSpan.NanosecondsPerTick);
        var isRight = invocation.End switch
        {
            InvocationEnd.Ok => Function.Kind is FunctionKind.Quick or FunctionKind.Slow or FunctionKind.Stream && received.Length == Output.Length && _bodies > 0,
            InvocationEnd.FunctionFailed => Function.Kind == FunctionKind.Fails && received.Length == Output.Length && invocation.ExitCode == SimulatedFunction.ExitCode,
            InvocationEnd.Timeout => invocation.WasSent ? Function.Kind == FunctionKind.Endless || _conduct != SinkConduct.None || _schedule.HasDisturbance : waited >= _schedule.Plan.QueueTimeout,
            InvocationEnd.Cancelled => _hasLeft,
            InvocationEnd.WorkerCrashed => invocation.WasSent && _schedule.Losses > _lossesBefore,
            InvocationEnd.QueueFull => !HasPlace || _schedule.WasQueueFullSince(_arrived),
            InvocationEnd.NoWorker => Function.Version.Backend == SimulatedFunction.UnknownBackend,
            InvocationEnd.ShuttingDown => _schedule.IsDraining,
            InvocationEnd.InvalidModule => !Function.HasCode,
            InvocationEnd.InternalError => !Function.IsPreparable,
            InvocationEnd.TooLarge => _hasLargeStrings,
            _ => false,
        };
        if (!isRight)
        {
            _world.Fail($"{this} ended with {invocation.End} ({invocation.Message}), {received.Length} of {Output.Length} bytes, after {waited.TotalMilliseconds} ms and {_bodies} runs, which nothing explains");
        }
    }

    private void Ended()
    {
        _world.CheckThread();
        IsOver = true;
        try
        {
            End = _awaiter.GetResult();
        }
        catch (SinkException) when (_hasThrown)
        {
            // As it was meant.
        }
#pragma warning disable CA1031 // Whatever it is, it is a finding.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _world.Fail($"{this} ended with an exception: {exception}");
        }

        if (HasPlace)
        {
            _schedule.GiveBackPlace();
        }

        if (!_hasThrown && _ends != 1)
        {
            _world.Fail($"{this} is over and was told its end {_ends} times");
        }

        if (Observed != 1 || Retries > 1)
        {
            _world.Fail($"{this} is over and was counted {Observed} times, retried {Retries} times");
        }

        if (_body is { IsOver: false } body && _schedule.IsServed(body.Worker))
        {
            _world.Fail($"{this} is over while worker {body.Worker.Index} still runs it");
        }

        var took = TimeSpan.FromTicks((_world.Now - _arrived) / TimeSpan.NanosecondsPerTick) - (_world.Paused - _pausedBefore);
        if (took > _schedule.LongestCall(Function) + _slept)
        {
            _world.Fail($"{this} took {took.TotalMilliseconds} ms, at most {_schedule.LongestCall(Function).TotalMilliseconds} are allowed");
        }

        var stayed = TimeSpan.FromTicks((_world.Now - _leftAt) / TimeSpan.NanosecondsPerTick);
        var wasHeard = _body is null ? !_schedule.Plan.WorkersFail : _body.Worker is { HasStruck: false, Interrupts: true };
        if (_hasLeft && wasHeard && _world.Paused == _pausedBefore && stayed > s_cancelPatience + _slept)
        {
            _world.Fail($"{this} went on for {stayed.TotalMilliseconds} ms after its client had left");
        }

        _schedule.CallEnded(this);
    }

    [Flags]
    private enum SinkConduct
    {
        None = 0,
        IsSlow = 1,
        LeavesAllToTheEnd = 2,
        Throws = 4,
        ThrowsAtTheEnd = 8,
    }
}
