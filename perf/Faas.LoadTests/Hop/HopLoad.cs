namespace Faas.LoadTests.Hop;

/// <summary>One load of a round.</summary>
/// <param name="RequestsPerSecond">Answers a second.</param>
/// <param name="P50Us">Median, microseconds.</param>
/// <param name="CpuUs">Processor microseconds of the server for one request.</param>
/// <param name="Failed">Some request failed: the figures do not count.</param>
internal sealed record HopLoad(double RequestsPerSecond, double P50Us, double CpuUs, bool Failed);
