namespace Faas.Supervisor.Invocations;

/// <summary>What <see cref="IInvocationTarget.TrySend"/> did; only <see cref="Sent"/> leaves a trace.</summary>
internal enum SendStatus
{
    Sent,

    /// <summary>The target does not know the function: <see cref="IInvocationTarget.Prepare"/> first.</summary>
    Unprepared,

    /// <summary>The target is gone.</summary>
    Lost,
}
