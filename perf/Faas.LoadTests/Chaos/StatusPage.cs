using System.Text.Json;

namespace Faas.LoadTests.Chaos;

/// <summary>What <c>/status</c> says.</summary>
internal sealed record StatusPage(int Queued, int Running, IReadOnlyList<StatusWorker> Workers)
{
    public bool IsQuiet => Queued == 0 && Running == 0 && Workers.All(worker => worker.State == "ready" && worker.Busy == 0);

    public static StatusPage Read(JsonElement json) => new(
        json.GetProperty("queued").GetInt32(),
        json.GetProperty("running").GetInt32(),
        [
            .. json.GetProperty("workers").EnumerateArray().Select(worker => new StatusWorker(
                worker.GetProperty("index").GetInt32(),
                worker.GetProperty("state").GetString()!,
                worker.GetProperty("pid").GetInt32(),
                worker.GetProperty("slots").GetInt32(),
                worker.GetProperty("busy").GetInt32())),
        ]);

    public override string ToString() =>
        $"{Queued} queued, {Running} running, workers {string.Join(", ", Workers.Select(worker => $"{worker.Index} {worker.State} {worker.ProcessId} {worker.Busy}/{worker.Slots}"))}";
}
