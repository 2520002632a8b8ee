using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Secrets;

namespace Faas.Supervisor.Invocations;

/// <summary>
/// The only way of an invocation, from whichever door: code, slot, worker, output, end, and everything given back, each exactly once and in
/// this order. Knows neither HTTP nor sockets. Any thread.
/// </summary>
internal sealed class InvocationRunner
{
    // PROTOCOL.md, Prepare: the folder with the files that a WASM function finds in its file system.
    private const string FilesOption = "files";

    // Twice: a function that has killed two workers is itself at fault.
    private const int MaxAttempts = 2;

    // So often may a worker be gone, or its function be forgotten, between the lease and the sending, before the attempt is given up. Each time
    // the scheduler learns of it, so a second one in a row is rare and a fifth is none of chance.
    private const int MaxSends = 8;

    // Frames hold no more; the rest of the Invoke frame is some bytes and one chunk of input.
    private const int MaxStringsBytes = FrameHeader.MaxPayloadBytes - InvokeMessage.MaxInlineInputBytes - 64;

    private static readonly Action<object?> s_cancel = static state => ((Invocation)state!).Cancel();

    private readonly Scheduler _scheduler;
    private readonly IInvocationTargets _targets;
    private readonly IFunctionCode _code;
    private readonly SecretStore _secrets;
    private readonly IInvocationObserver _observer;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _backends;
    private readonly InvocationPool _pool;
    private readonly ConcurrentDictionary<uint, ConcurrencyLimit> _limits = new();
    private readonly HandleSet _resolved = new();

    /// <param name="scheduler">Where slots come from.</param>
    /// <param name="targets">What the slots belong to.</param>
    /// <param name="code">What they load.</param>
    /// <param name="secrets">What functions see besides.</param>
    /// <param name="observer">Is told of every end.</param>
    /// <param name="time">Of all instants.</param>
    /// <param name="backends">The engines of the pool.</param>
    /// <param name="places">How many calls may be in flight.</param>
    public InvocationRunner(
        Scheduler scheduler,
        IInvocationTargets targets,
        IFunctionCode code,
        SecretStore secrets,
        IInvocationObserver observer,
        TimeProvider time,
        IReadOnlyList<string> backends,
        int places = Places.DefaultMaximum)
    {
        _scheduler = scheduler;
        _targets = targets;
        _code = code;
        _secrets = secrets;
        _observer = observer;
        _time = time;
        _backends = backends;
        Places = new Places(places);
        _pool = new InvocationPool(scheduler, places);
    }

    /// <summary>Calls in flight.</summary>
    public Places Places { get; }

    /// <summary>Objects of invocations that somebody owns; those whose target has yet to let go are among them.</summary>
    public int Living => _pool.Living;

    /// <summary>
    /// Runs an invocation to its end and hands output and end to the sink. When it returns, or throws, everything is given back: slot,
    /// place, object.
    /// </summary>
    /// <param name="request">What to run; its memory stays the caller's and must be valid until this returns.</param>
    /// <param name="sink">Takes what comes of it.</param>
    /// <param name="cancellationToken">The caller went away: the invocation is cancelled, and its end is waited for all the same.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="Exception">What the sink threw, after the invocation has ended.</exception>
    public ValueTask<InvocationEnd> RunAsync<TSink>(in InvocationRequest request, TSink sink, CancellationToken cancellationToken)
        where TSink : IInvocationSink
    {
        var invocation = _pool.Rent();
        invocation.Begin(request, sink.Delivery, _time.MonotonicNanoseconds);
        return RunToEndAsync(invocation, sink, Places.TryTake(), cancellationToken);
    }

    // One state machine from the first attempt to the end: each further one is an allocation a call as soon as several are under way, and what it
    // needs of the request is the invocation's.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<InvocationEnd> RunToEndAsync<TSink>(Invocation invocation, TSink sink, bool hasPlace, CancellationToken cancellationToken)
        where TSink : IInvocationSink
    {
        try
        {
            ExceptionDispatchInfo? failure = null;
            var mayBegin = MayBegin(invocation, hasPlace);
            for (var attempt = 1; mayBegin && await TrySendAsync(invocation, attempt, cancellationToken); attempt++)
            {
                // Hands output to the sink until the end; from the moment that fails, or the caller is gone, only waits for the end.
                await using (cancellationToken.UnsafeRegister(s_cancel, invocation))
                {
                    bool hasEnded;
                    do
                    {
                        await invocation.WaitAsync();
                        hasEnded = invocation.HasEnded;
                        if (invocation.Delivery == OutputDelivery.Streamed && failure is null && !(hasEnded && MayRunAgain(invocation, attempt)))
                        {
                            try
                            {
                                await sink.TakeAsync(invocation, hasEnded);
                            }
#pragma warning disable CA1031 // Whatever a sink throws ends its own call; it is thrown again after the end.
                            catch (Exception exception)
#pragma warning restore CA1031
                            {
                                failure = ExceptionDispatchInfo.Capture(exception);
                                invocation.Cancel();
                            }
                        }

                        if (failure is not null && !hasEnded)
                        {
                            invocation.DiscardOutput();
                        }
                    }
                    while (!hasEnded);
                }

                invocation.GiveLeaseBack(invocation.Id);
                if (failure is not null || !MayRunAgain(invocation, attempt))
                {
                    break;
                }

                _observer.Retried(invocation);
                invocation.BeginAgain();
            }

            _observer.Ended(invocation);
            failure?.Throw();
            await sink.EndAsync(invocation);
            return invocation.End;
        }
        finally
        {
            if (hasPlace)
            {
                Places.GiveBack();
            }

            invocation.LetGo();
        }
    }

    /// <summary>An html function was answered without a worker.</summary>
    public void NoteFromStore(FunctionVersion function) => _observer.EndedFromStore(function);

    /// <summary>Forgets a deleted function everywhere.</summary>
    public void Forget(FunctionVersion function)
    {
        _limits.TryRemove(function.Handle, out _);
        _resolved.Remove(function.Handle);
        _observer.Forget(function);
        _targets.Forget(function);
    }

    /// <summary>What workers were told of a function has changed: they are told again before its next invocation.</summary>
    public void Reload(FunctionVersion function) => _targets.Forget(function);

    /// <summary>False when it has ended before it began: nothing was sent anywhere.</summary>
    private bool MayBegin(Invocation invocation, bool hasPlace)
    {
        var request = invocation.Request;
        if (!hasPlace)
        {
            Refuse(invocation, InvocationEnd.QueueFull, $"{Places.Maximum} calls are under way, and no more may be: retry later, or start with a larger --in-flight");
            return false;
        }

        if (request.Strings.Length > MaxStringsBytes || request.ArgumentCount > ushort.MaxValue || request.EnvironmentCount > ushort.MaxValue)
        {
            Refuse(invocation, InvocationEnd.TooLarge, $"arguments and headers may be {MaxStringsBytes} bytes together, and {ushort.MaxValue} of each");
            return false;
        }

        return true;
    }

    /// <summary>Sends it to a worker, waiting for one if need be. True: it has a lease. False: it has none, and has ended, as its attempt before did where there was one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TrySendAsync(Invocation invocation, int attempt, CancellationToken cancellationToken)
    {
        var (end, message) = await SendAsync(invocation, cancellationToken);
        if (end == InvocationEnd.Ok)
        {
            return true;
        }

        if (attempt == 1)
        {
            Refuse(invocation, end, message);
        }
        else
        {
            invocation.EndAsBefore();
        }

        return false;
    }

    /// <summary>Sends it to a worker, waiting for one if need be. After <see cref="InvocationEnd.Ok"/> it has a lease, after anything else none.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(InvocationEnd End, string? Message)> SendAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var function = invocation.Request.Function;
        try
        {
            // Before there is a slot: nobody holds one while code is compiled, and no deadline runs.
            if (!_resolved.Contains(function.Handle) && await ResolveAsync(function, cancellationToken) is { End: not InvocationEnd.Ok } problem)
            {
                return (problem.End, problem.Message);
            }

            var placement = new PlacementRequest(function.Handle, function.Backend, LimitOf(function));
            for (var sends = 0; sends < MaxSends; sends++)
            {
                if (!_scheduler.TryAcquire(placement, out var lease))
                {
                    var waited = await _scheduler.EnqueueAsync(placement, cancellationToken);
                    if (!waited.IsAcquired)
                    {
                        return EndOf(waited.Status);
                    }

                    lease = waited.Lease;
                }

                var (status, code) = Send(invocation, lease, cancellationToken);
                if (status == SendStatus.Sent)
                {
                    return (InvocationEnd.Ok, null);
                }

                // The file for this engine is gone, or was never there: it is made again while nobody holds the slot.
                if (code is not null && await code is { End: not InvocationEnd.Ok } refusal)
                {
                    return (refusal.End, refusal.Message);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (InvocationEnd.Cancelled, null);
        }

        return (InvocationEnd.WorkerCrashed, $"{MaxSends} workers ended one after the other before they had it");
    }

    // The lease is the invocation's when it was sent, and given back when it was not.
    private (SendStatus Status, Task<CodeResult>? Code) Send(Invocation invocation, in Lease lease, CancellationToken cancellationToken)
    {
        var isSent = false;
        invocation.Leased(lease, _time.MonotonicNanoseconds);
        try
        {
            if (_targets.Of(lease) is not { } target)
            {
                _scheduler.WorkerGone(lease);
                return (SendStatus.Lost, null);
            }

            var status = target.TrySend(invocation);
            if (status == SendStatus.Unprepared)
            {
                var function = invocation.Request.Function;
                var code = _code.ResolveAsync(function, target.Backend, cancellationToken).AsTask();
                if (!code.IsCompletedSuccessfully || code.Result.Path is not { } path)
                {
                    return (status, code);
                }

                target.Prepare(Preparation(function, path));
                status = target.TrySend(invocation);
            }

            if (status == SendStatus.Lost)
            {
                // Before the slot goes back: it must not be given to the next one.
                _scheduler.WorkerGone(lease);
            }

            isSent = status == SendStatus.Sent;
            return (status, null);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OverflowException)
        {
            return (SendStatus.Unprepared, Task.FromResult(new CodeResult(null, InvocationEnd.InternalError, $"it could not be handed to a worker: {exception.Message}")));
        }
        finally
        {
            if (!isSent)
            {
                invocation.GiveLeaseBack(0);
            }
        }
    }

    private static bool MayRunAgain(Invocation invocation, int attempt) =>
        attempt < MaxAttempts
        && invocation is { End: InvocationEnd.WorkerCrashed, IsCancelled: false, HasPassedOutputOn: false }
        && (invocation.NeverLeft || invocation.Request.Function.Idempotent);

    private static (InvocationEnd End, string? Message) EndOf(LeaseStatus status) => status switch
    {
        LeaseStatus.QueueFull => (InvocationEnd.QueueFull, null),
        LeaseStatus.NoWorker => (InvocationEnd.NoWorker, null),
        LeaseStatus.ShuttingDown => (InvocationEnd.ShuttingDown, null),
        LeaseStatus.TimedOut => (InvocationEnd.Timeout, "no slot became free for as long as a call may wait: retry later, or start with more --workers or --slots, or a longer --queue-timeout"),
        _ => (InvocationEnd.Cancelled, null),
    };

    private void Refuse(Invocation invocation, InvocationEnd end, string? message) => invocation.Refuse(end, message, _time.MonotonicNanoseconds);

    private ConcurrencyLimit? LimitOf(FunctionVersion function) => function.Concurrency is { } maximum
        ? _limits.GetOrAdd(function.Handle, static (_, limit) => new ConcurrencyLimit(limit), maximum)
        : null;

    /// <summary>Sees to it that there is something to load wherever the function may be placed.</summary>
    /// <returns>A problem only when there is nothing to load anywhere.</returns>
    private async ValueTask<CodeResult> ResolveAsync(FunctionVersion function, CancellationToken cancellationToken)
    {
        CodeResult? problem = null;
        var isReady = !function.IsWasm;
        foreach (var backend in function.IsWasm ? _backends : [])
        {
            // One that nobody has is the scheduler's to refuse.
            if (function.Backend is null || function.Backend.Equals(backend, StringComparison.OrdinalIgnoreCase))
            {
                var code = await _code.ResolveAsync(function, backend, cancellationToken);
                isReady |= code.End == InvocationEnd.Ok;
                problem ??= code.End == InvocationEnd.Ok ? null : code;
            }
        }

        if (isReady)
        {
            _resolved.Add(function.Handle);
            problem = null;
        }

        return problem ?? new CodeResult(null, InvocationEnd.Ok, null);
    }

    private PrepareMessage Preparation(FunctionVersion function, string path) => new(
        function.Handle,
        function.Kind!.Value,
        function.Limits,
        function.Id,
        path,
        [$"FAAS_FUNCTION={function.Name}", $"FAAS_ID={function.Id}", .. function.Environment.Select(pair => $"{pair.Key}={pair.Value}"), .. _secrets.EnvironmentOf(function)],
        function.FilesPath is { } files ? new Dictionary<string, string>(function.Options) { [FilesOption] = files } : function.Options);
}
