namespace Faas.PerfCompare.Record;

/// <summary>One point of a latency distribution.</summary>
/// <param name="Percentile">0 to 100.</param>
/// <param name="Us">Latency, microseconds.</param>
internal readonly record struct CurvePoint(double Percentile, double Us);
