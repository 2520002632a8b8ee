namespace Faas.LoadTests.Chaos;

/// <summary>Something that must not be.</summary>
/// <param name="Verdict">One of <see cref="ChaosVerdicts"/>.</param>
internal sealed record ChaosViolation(string Verdict, string Details);
