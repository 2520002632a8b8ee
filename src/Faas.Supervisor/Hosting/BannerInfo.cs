namespace Faas.Supervisor.Hosting;

/// <summary>What a server says of itself when it is ready: the banner shows it.</summary>
/// <param name="Version">Of the product.</param>
/// <param name="Strategy">Upper case.</param>
/// <param name="ProcessId">Of the supervisor.</param>
/// <param name="Url">Where the gateway answers, with the real port.</param>
/// <param name="Components">Name and where or what: <c>("workers", "4 × wasmtime, 16 slots each: pids 11 12 13 14")</c>.</param>
/// <param name="StartTime">From process start to ready; null is not shown.</param>
public sealed record BannerInfo(
    string Version,
    string Strategy,
    int ProcessId,
    Uri Url,
    IReadOnlyList<(string Name, string Value)> Components,
    TimeSpan? StartTime = null);
