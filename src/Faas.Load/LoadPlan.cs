using System.Net;

namespace Faas.Load;

/// <summary>One run of the load engine, complete. At least one of <see cref="Requests"/> and <see cref="Duration"/> ends it.</summary>
public sealed record LoadPlan
{
    /// <summary>The gateway, or the path of an ingress socket.</summary>
    public required EndPoint Server { get; init; }

    /// <summary>Makes the request source of load thread 0, 1, …</summary>
    public required Func<int, IRequestSource> Source { get; init; }

    /// <summary>Kept-alive connections over all threads; each has at most one request in flight.</summary>
    public required int Connections { get; init; }

    /// <summary>Measured requests over all threads; 0 = until <see cref="Duration"/> is over.</summary>
    public long Requests { get; init; }

    /// <summary>Length of the measured part; zero = until <see cref="Requests"/> are done.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Load before the measured part, of the same kind, not counted.</summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>Null = closed loop (each connection sends when it has its answer); else open loop with Poisson arrivals at this mean rate.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Load threads; one sends more than 100,000 requests/s.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>A response that takes longer fails its request and closes its connection.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60); // twice the default limit of an invocation

    /// <summary>Seed of the arrival times.</summary>
    public int Seed { get; init; } = 1;
}
