using System.Text.Json;

namespace MiniFaas.Top;

/// <summary>One second of the server's feed (docs/OPERATIONS.md, "Dashboard").</summary>
internal sealed record TopTick(TopLoad Load, int Queued, int QueueMax, int Running, string Strategy, IReadOnlyList<TopWorker> Workers, IReadOnlyList<TopFunction> Functions)
{
    public static TopTick Parse(JsonElement json) => new(
        TopLoad.Parse(json),
        json.GetProperty("queued").GetInt32(),
        json.GetProperty("queueMax").GetInt32(),
        json.GetProperty("running").GetInt32(),
        json.GetProperty("strategy").GetString()!,
        [.. json.GetProperty("workers").EnumerateArray().Select(TopWorker.Parse)],
        [.. json.GetProperty("functions").EnumerateArray().Select(function => new TopFunction(function.GetProperty("name").GetString()!, TopLoad.Parse(function)))]);
}
