namespace Faas.Load;

/// <summary>What <c>minifaas load</c> was asked for.</summary>
public sealed record LoadOptions
{
    /// <summary>Name or id of the function.</summary>
    public required string Function { get; init; }

    /// <summary>Kept-alive connections, 1 or more.</summary>
    public required int Connections { get; init; }

    /// <summary>Requests to measure; 0 = until <see cref="Duration"/> is over.</summary>
    public required long Requests { get; init; }

    /// <summary>The gateway. Default: <c>MINIFAAS_HTTP</c>, else the gateway's own default address.</summary>
    public Uri Server { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Path of the ingress socket to go through instead of HTTP; null = HTTP.</summary>
    public string? Ingress { get; init; }

    /// <summary>The input of each invocation. Default: none.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Sent as bearer token; null = none.</summary>
    public string? Token { get; init; }

    /// <summary>Requests a second in an open loop; null = closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Seconds to measure; zero = until <see cref="Requests"/> are done.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Load before the measuring. Default: none.</summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>Load threads. One is enough below 100,000 requests/s.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How the result is written.</summary>
    public LoadOutput Output { get; init; }
}
