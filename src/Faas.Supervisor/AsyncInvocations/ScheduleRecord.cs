namespace Faas.Supervisor.AsyncInvocations;

/// <summary>What a name's timer has done under its present expression.</summary>
/// <param name="Last">Instant of the last run; null before the first.</param>
/// <param name="LastId">That run.</param>
/// <param name="LastState">How it stands; null when it was forgotten since.</param>
/// <param name="Missed">Runs that were left out.</param>
/// <param name="LastMissed">Instant of the last of them.</param>
/// <param name="Reason">Why that one was.</param>
internal sealed record ScheduleRecord(
    DateTimeOffset? Last, AsyncInvocationId? LastId, AsyncInvocationState? LastState, long Missed, DateTimeOffset? LastMissed, string? Reason);
