using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Makes simulations.</summary>
public static class Simulation
{
    /// <summary>Closed: so many copies, each calling again when it has its answer.</summary>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new(copies, Interval: null, during);

    /// <summary>Open: so many calls an interval, whether those before have their answer or not.</summary>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new(rate, interval, during);
}
