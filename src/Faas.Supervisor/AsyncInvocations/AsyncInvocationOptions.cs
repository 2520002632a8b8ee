namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Bounds of asynchronous work.</summary>
internal sealed record AsyncInvocationOptions
{
    /// <summary>How long what has ended is kept. Default 24 h: a day is enough to fetch a result or look after a dead letter.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most bytes of inputs, outputs and rows together. Default 1 GiB.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Attempts at once. Never all slots: the others are for those who wait for an answer.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Hosts besides loopback that may be called back.</summary>
    public IReadOnlyList<string> CallbackHosts { get; init; } = [];

    /// <summary>True when loopback may be called back without being named: where clients are local themselves.</summary>
    public bool AllowLoopbackCallbacks { get; init; } = true;
}
