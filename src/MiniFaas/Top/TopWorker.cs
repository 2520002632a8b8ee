using System.Text.Json;

namespace MiniFaas.Top;

/// <summary>A worker as the feed shows it; memory in bytes.</summary>
internal sealed record TopWorker(int Index, string State, int ProcessId, string Backend, int Slots, int Busy, long Placed, int Restarts, long MemoryBytes)
{
    public static TopWorker Parse(JsonElement json) => new(
        json.GetProperty("index").GetInt32(),
        json.GetProperty("state").GetString()!,
        json.GetProperty("pid").GetInt32(),
        json.GetProperty("backend").GetString() ?? "",
        json.GetProperty("slots").GetInt32(),
        json.GetProperty("busy").GetInt32(),
        json.GetProperty("placed").GetInt64(),
        json.GetProperty("restarts").GetInt32(),
        json.GetProperty("memoryBytes").GetInt64());
}
