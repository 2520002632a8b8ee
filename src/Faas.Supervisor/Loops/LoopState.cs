namespace Faas.Supervisor.Loops;

/// <summary>How a loop is.</summary>
/// <param name="Name">Of the loop.</param>
/// <param name="Failures">Turns that failed since one went well.</param>
/// <param name="Problem">What the last turn that failed met, even when the loop is well again; null when none ever did. For the log, not for clients: it may name files.</param>
/// <param name="IsUnwell">It fails again and again: what it does is not done.</param>
internal sealed record LoopState(string Name, int Failures, string? Problem, bool IsUnwell);
