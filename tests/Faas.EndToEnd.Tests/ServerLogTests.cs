using System.Text.Json;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>The server's own log, for programs that read it.</summary>
public sealed class ServerLogTests
{
    [Fact]
    public async Task Json_IsAnObjectALine_WithTheEventAndItsValues()
    {
        const int WorkerEnded = 4101;
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--log-format", "json");
        var worker = Assert.Single(server.Workers);
        LibcNativeMethods.kill(worker, LibcNativeMethods.SIGKILL);
        JsonElement? ended = null;
        await Patience.UntilAsync(
            () => (ended = Lines(server).Cast<JsonElement?>().FirstOrDefault(line => line!.Value.GetProperty("EventId").GetInt32() == WorkerEnded)) is not null,
            "the end of the worker is logged",
            () => server.Errors);
        Assert.Equal("Warning", ended!.Value.GetProperty("LogLevel").GetString());
        Assert.Equal(worker, ended.Value.GetProperty("State").GetProperty("ProcessId").GetInt32());
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$", ended.Value.GetProperty("Timestamp").GetString());
    }

    private static IEnumerable<JsonElement> Lines(MiniFaasServer server) =>
        server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
}
