namespace Faas.Supervisor.Building;

/// <summary>Why there is no function.</summary>
/// <param name="Code">One of <see cref="DeployErrorCodes"/>.</param>
/// <param name="Message">What happened and what to do; no host paths.</param>
/// <param name="Diagnostics">The compiler's own words, capped; null when there are none.</param>
public sealed record DeployError(string Code, string Message, string? Diagnostics = null);
