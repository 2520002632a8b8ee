namespace Faas.Supervisor.Invocations;

/// <summary>A file that a target can load, or why there is none.</summary>
/// <param name="Path">Absolute; null when there is none.</param>
/// <param name="End">How an invocation ends that needs it; <see cref="InvocationEnd.Ok"/> when there is a file.</param>
/// <param name="Message">Why there is none.</param>
internal readonly record struct CodeResult(string? Path, InvocationEnd End, string? Message);
