namespace MiniFaas.Top;

/// <summary>A function that had invocations in the last second.</summary>
internal sealed record TopFunction(string Name, TopLoad Load);
