namespace Faas.Scenarios.Drivers;

/// <summary>How long one measurement takes.</summary>
internal readonly record struct RunTime(TimeSpan Warmup, TimeSpan Duration);
