using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Faas.Protocol.Contracts;
using Faas.Protocol.Messages;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Workers;

/// <summary>
/// Brings an invocation to a worker: lease, make the function known there, send, wait, give the lease back. Knows
/// nothing of HTTP, so a timer or a queue can use it as well.
/// </summary>
internal sealed class InvocationDispatcher(Scheduler scheduler, WorkerPool pool, NativeCodeCache nativeCode, SecretStore secrets, InvocationMetrics metrics)
{
    // PROTOCOL.md, Prepare: the folder with the files that a WASM function finds in its file system.
    private const string FilesOption = "files";

    private readonly ConcurrentBag<PendingInvocation> _idle = [];
    private readonly ConcurrentDictionary<uint, ConcurrencyLimit> _limits = new();

    /// <summary>Takes an object for one invocation; give it back with <see cref="Return"/>.</summary>
    public PendingInvocation Rent(in InvocationRequest request)
    {
        if (!_idle.TryTake(out var pending))
        {
            pending = new PendingInvocation();
        }

        pending.Begin(request, InvocationTimings.Now());
        return pending;
    }

    /// <summary>The invocation is over: counts it and takes its object back; the caller must not touch it afterwards.</summary>
    public void Return(PendingInvocation pending)
    {
        metrics.Record(pending);
        if (pending.Request.Span is { } span)
        {
            InvocationTracing.End(span, pending);
        }

        pending.Clear();
        _idle.Add(pending);
    }

    /// <summary>
    /// Sends an invocation. After <see cref="DispatchStatus.Sent"/> the caller waits for its end and then calls
    /// <see cref="End"/>, exactly once; after anything else there is no lease.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DispatchStatus> SendAsync(PendingInvocation pending, CancellationToken cancellationToken)
    {
        var function = pending.Request.Function;
        var placement = new PlacementRequest(function.Handle, function.Backend, LimitOf(function));
        while (true)
        {
            if (!scheduler.TryAcquire(placement, out var lease))
            {
                var waited = await scheduler.EnqueueAsync(placement, cancellationToken);
                if (!waited.IsAcquired)
                {
                    return pending.Dispatch = waited.Status switch
                    {
                        LeaseStatus.QueueFull => DispatchStatus.QueueFull,
                        LeaseStatus.NoWorker => DispatchStatus.NoWorker,
                        LeaseStatus.ShuttingDown => DispatchStatus.ShuttingDown,
                        _ => DispatchStatus.Cancelled,
                    };
                }

                lease = waited.Lease;
            }

            pending.Timings.Leased = InvocationTimings.Now();
            try
            {
                if (pool.ConnectionOf(lease) is { } connection)
                {
                    pending.Leased(lease, connection);
                    var sent = connection.TrySend(pending);
                    if (sent == SendStatus.Unprepared)
                    {
                        pending.Unleased();
                        if (await PrepareAsync(connection, function, cancellationToken) is { } error)
                        {
                            scheduler.Release(lease);
                            pending.Fail(error.Code == DeployErrorCodes.RuntimeMissing ? InvocationStatus.RuntimeMissing : InvocationStatus.InvalidModule, error.Message);
                            return pending.Dispatch = DispatchStatus.Refused;
                        }

                        pending.Leased(lease, connection);
                        sent = connection.TrySend(pending);
                    }

                    if (sent == SendStatus.Sent)
                    {
                        return pending.Dispatch = DispatchStatus.Sent;
                    }
                }
            }
            catch
            {
                scheduler.Release(lease);
                throw;
            }

            // The worker ended between the choice and the sending: nothing was sent, so another may have it.
            scheduler.Release(lease);
        }
    }

    /// <summary>Gives the lease back, if there is one.</summary>
    public void End(PendingInvocation pending)
    {
        if (pending.HasLease)
        {
            pending.Released();
            scheduler.Release(pending.Lease);
        }
    }

    /// <summary>Forgets a deleted function everywhere.</summary>
    public void Forget(FunctionVersion function)
    {
        _limits.TryRemove(function.Handle, out _);
        metrics.Forget(function);
        pool.Release(function.Handle);
    }

    /// <summary>What workers were told of a function has changed: they are told again before its next invocation.</summary>
    public void Reload(FunctionVersion function) => pool.Release(function.Handle);

    private ConcurrencyLimit? LimitOf(FunctionVersion function) => function.Concurrency is { } maximum
        ? _limits.GetOrAdd(function.Handle, static (_, limit) => new ConcurrencyLimit(limit), maximum)
        : null;

    private async ValueTask<DeployError?> PrepareAsync(
        WorkerConnection connection, FunctionVersion function, CancellationToken cancellationToken)
    {
        var path = function.SourcePath;
        if (function.IsWasm)
        {
            var native = await nativeCode.EnsureAsync(function, connection.Hello.Backend, cancellationToken);
            if (!native.IsReady)
            {
                return native.Error;
            }

            path = native.Path;
        }

        connection.Prepare(new PrepareMessage(
            function.Handle,
            function.Kind!.Value,
            function.Limits,
            function.Id,
            path,
            [$"FAAS_FUNCTION={function.Name}", $"FAAS_ID={function.Id}", .. function.Environment.Select(pair => $"{pair.Key}={pair.Value}"), .. secrets.EnvironmentOf(function)],
            function.FilesPath is { } files ? new Dictionary<string, string>(function.Options) { [FilesOption] = files } : function.Options));
        return null;
    }
}
