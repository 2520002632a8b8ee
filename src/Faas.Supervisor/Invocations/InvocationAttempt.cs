namespace Faas.Supervisor.Invocations;

/// <summary>What is kept of an attempt that another one follows.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Target">Where it was sent.</param>
/// <param name="Timings">Its instants.</param>
/// <param name="End">How it ended.</param>
/// <param name="Message">More about that.</param>
internal readonly record struct InvocationAttempt(
    ulong Id, IInvocationTarget Target, InvocationTimings Timings, InvocationEnd End, string? Message);
