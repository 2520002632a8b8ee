using Faas.Supervisor.Recording.Traces;
using Faas.Supervisor.Scheduling;

namespace Faas.Lab.Replaying;

/// <summary>
/// Replays a load in virtual time through the scheduler that serves invocations: its strategies, leases, queue and limits, all of it. Only the
/// workers are imagined. One replayer, one run; one thread.
/// </summary>
internal sealed class Replayer
{
    private readonly ReplayLoad _load;
    private readonly Scheduler _scheduler;
    private readonly ReplayWorker[] _workers;
    private readonly WarmSet[] _warm;
    private readonly PlacementRequest[] _requests;
    private readonly long[] _started;
    private readonly bool[] _wasWarm;
    private readonly InFlightBalance _balance;
    private readonly ReplayFigures _figures;

    // Who waits, in order of arrival: nearly always the first is served first, so looking for who was served is short.
    private readonly LinkedList<(int Invocation, ValueTask<LeaseResult> Wait)> _waiting = new();

    private Replayer(ReplayLoad load, ReplayOptions options, string strategy, int workers)
    {
        _load = load;
        var header = load.Trace.Header;
        var slots = options.Slots ?? header.Slots;
        var planned = Enumerable.Range(0, workers).Select(index => header.Workers[index % header.Workers.Count] with
        {
            Speed = At(options.Speeds, index) ?? header.Workers[index % header.Workers.Count].Speed,
            Weight = At(options.Weights, index) ?? header.Workers[index % header.Workers.Count].Weight,
        }).ToArray();
        _scheduler = new Scheduler(
            [.. planned.Select(worker => new WorkerPosition(worker.Backend, slots, worker.Weight))],
            strategy,
            options.QueueLength ?? header.QueueLength,
            new Random(options.Seed));
        for (var i = 0; i < planned.Length; i++)
        {
            _scheduler.WorkerReady(i, slots, planned[i].Backend);
        }

        _workers = [.. planned.Select(worker => new ReplayWorker(worker.Speed, options.Processors))];
        _warm = [.. planned.Select(_ => new WarmSet(load.Trace.Functions.Count, options.WarmFunctions))];
        _requests = [.. load.Trace.Functions.Select(function => new PlacementRequest(
            function.Hash,
            function.Backend.Length == 0 ? null : function.Backend,
            function.Concurrency == 0 ? null : new ConcurrencyLimit(function.Concurrency)))];
        _started = new long[load.Arrivals.Length];
        _wasWarm = new bool[load.Arrivals.Length];
        _balance = new InFlightBalance(workers);
        _figures = new ReplayFigures(_scheduler.Strategy, workers);
    }

    /// <param name="load">The trace, prepared once for all runs.</param>
    /// <param name="options">The pool.</param>
    /// <param name="strategy">One of <see cref="StrategyNames"/>, any case.</param>
    /// <param name="workers">Size of the pool; recorded workers' traits repeat.</param>
    public static ReplayFigures Run(ReplayLoad load, ReplayOptions options, string strategy, int workers) =>
        new Replayer(load, options, strategy, workers).Run();

    private static double? At(IReadOnlyList<double>? values, int index) => values is { Count: > 0 } ? values[index % values.Count] : null;

    private ReplayFigures Run()
    {
        var next = 0;
        var arrivals = _load.Arrivals;
        while (true)
        {
            var (worker, end) = NextEnd();
            if (next < arrivals.Length && arrivals[next] < end)
            {
                Arrive(next, arrivals[next]);
                next++;
            }
            else if (end != long.MaxValue)
            {
                End(worker, end);
            }
            else
            {
                break;
            }
        }

        _figures.Imbalance = _balance.MaxOverMean;
        return _figures;
    }

    // A pool has few workers: looking at all of them costs less than keeping them in order.
    private (int Worker, long At) NextEnd()
    {
        var (found, at) = (0, long.MaxValue);
        for (var i = 0; i < _workers.Length; i++)
        {
            if (_workers[i].NextEnd < at)
            {
                (found, at) = (i, _workers[i].NextEnd);
            }
        }

        return (found, at);
    }

    // As InvocationDispatcher does it: a slot if there is one, else the queue.
    private void Arrive(int invocation, long now)
    {
        ref readonly var request = ref _requests[_load.Trace.Invocations[invocation].Function - 1];
        if (_scheduler.TryAcquire(request, out var lease))
        {
            Start(invocation, lease, now);
            return;
        }

        var wait = _scheduler.EnqueueAsync(request);
        if (wait.IsCompleted)
        {
            Decide(invocation, wait, now);
        }
        else
        {
            _waiting.AddLast((invocation, wait));
        }
    }

    private void Start(int invocation, in Lease lease, long now)
    {
        var worker = lease.Worker.Index;
        var function = (int)_load.Trace.Invocations[invocation].Function - 1;
        var isWarm = _warm[worker].Use(function);
        _started[invocation] = now;
        _wasWarm[invocation] = isWarm;
        _workers[worker].Start(now, invocation, lease, _load.Work[invocation] + (isWarm ? 0 : _load.Loading[function]));
        _balance.Started(now, worker);
    }

    private void End(int worker, long now)
    {
        var (invocation, lease) = _workers[worker].End();
        _balance.Ended(now, worker);
        var arrived = _load.Arrivals[invocation];
        _figures.Add(now - arrived, _started[invocation] - arrived, _wasWarm[invocation]);
        _scheduler.Release(lease);
        for (var node = _waiting.First; node is not null && _scheduler.QueueLength < _waiting.Count;)
        {
            var candidate = node;
            node = node.Next;
            if (candidate.Value.Wait.IsCompleted)
            {
                _waiting.Remove(candidate);
                Decide(candidate.Value.Invocation, candidate.Value.Wait, now);
            }
        }
    }

    private void Decide(int invocation, ValueTask<LeaseResult> wait, long now)
    {
        var result = wait.Result; // completed
        if (result.IsAcquired)
        {
            Start(invocation, result.Lease, now);
        }
        else
        {
            _figures.Refused++;
        }
    }
}
