namespace Faas.Load;

/// <summary>
/// Instants at which independent callers would send: exponential gaps around a mean, drawn before anything is known
/// about the answers, so that a stalled server does not make the load lighter.
/// </summary>
internal sealed class PoissonArrivals
{
    private readonly Random _random;
    private readonly double _meanGapTicks;
    private double _next;

    /// <param name="ratePerSecond">Mean arrivals a second, above 0.</param>
    /// <param name="startTicks">The instant before the first arrival.</param>
    /// <param name="ticksPerSecond">The unit of the instants.</param>
    /// <param name="random">Where the gaps come from.</param>
    public PoissonArrivals(double ratePerSecond, long startTicks, long ticksPerSecond, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratePerSecond);
        _random = random;
        _meanGapTicks = ticksPerSecond / ratePerSecond;
        _next = startTicks;
        Advance();
    }

    /// <summary>The next arrival, in ticks.</summary>
    public long Next => (long)_next;

    public void Advance() => _next -= Math.Log(1.0 - _random.NextDouble()) * _meanGapTicks; // 1 - u is never 0
}
