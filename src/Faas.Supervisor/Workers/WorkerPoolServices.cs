using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Workers;

/// <summary>What the positions of a pool share.</summary>
/// <param name="Time">For pauses, deadlines and instants.</param>
/// <param name="Numbers">Where ids of invocations come from.</param>
/// <param name="Post">Runs something on a thread that is not the caller's.</param>
/// <param name="Logger">Of the pool.</param>
internal sealed record WorkerPoolServices(TimeProvider Time, InvocationNumbers Numbers, Action<IThreadPoolWorkItem> Post, ILogger Logger);
