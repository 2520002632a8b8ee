using System.Text.Json;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Recording what a live server does, and replaying it.</summary>
public sealed class LabTests
{
    private const string Trap = """(module (memory (export "memory") 1) (func (export "_start") unreachable))""";

    [Fact]
    public async Task Record_InvocationsUntilTheFileIsFull_AreATraceThatReplays()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2", "--slots", "3");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("trap", "wasm", Trap);
        (await server.InvokeAsync("ok")).ShouldSucceed(); // before: not in it

        using var recording = await BeginAsync(server, "?maxBytes=4096&names=true");
        (await server.SendAsync(HttpMethod.Post, "/lab/record")).ShouldFail(409, "already_recording");
        (await server.InvokeAsync("trap")).ShouldFail(500, "trap");
        for (var i = 0; i < 100; i++)
        {
            (await server.InvokeAsync("ok")).ShouldSucceed();
        }

        var trace = await ReplayAsync(recording);
        Assert.True(trace.GetProperty("complete").GetBoolean());
        Assert.Equal((2, 0), (trace.GetProperty("functions").GetInt32(), trace.GetProperty("dropped").GetInt32()));
        var recorded = trace.GetProperty("recorded");
        Assert.Equal(("RR", 2), (recorded.GetProperty("strategy").GetString(), recorded.GetProperty("workers").GetInt32()));
        Assert.InRange(recorded.GetProperty("completed").GetInt32(), 20, 90); // 4,096 bytes are full before the 101st
        Assert.Equal(6, trace.GetProperty("replays").GetArrayLength());
        Assert.All(trace.GetProperty("replays").EnumerateArray(), replay => Assert.Equal(recorded.GetProperty("completed").GetInt32(), replay.GetProperty("completed").GetInt32()));
    }

    [Fact]
    public async Task Record_ClientGoesOrServerEnds_NothingIsLeft()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        (await BeginAsync(server, "")).Dispose();
        await Patience.UntilAsync(
            async () =>
            {
                using var next = await server.Client.PostAsync("/lab/record?maxBytes=4096&seconds=0.01", null, TestContext.Current.CancellationToken);
                return next.IsSuccessStatusCode;
            },
            "a recording is possible after one whose client went");

        using var last = await BeginAsync(server, "");
        (await server.InvokeAsync("ok")).ShouldSucceed();
        (await server.InvokeAsync("ok")).ShouldSucceed(); // on the same connection: the first one has been written down
        server.Terminate();
        var trace = await ReplayAsync(last);
        Assert.True(trace.GetProperty("complete").GetBoolean());
        Assert.InRange(trace.GetProperty("invocations").GetInt32(), 1, 2);
    }

    [Theory]
    [InlineData("?seconds=0")]
    [InlineData("?seconds=x")]
    [InlineData("?maxBytes=1")]
    [InlineData("?names=perhaps")]
    public async Task Record_BadParameters_AreRefused(string query)
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        (await server.SendAsync(HttpMethod.Post, "/lab/record" + query)).ShouldFail(400, "bad_request");
    }

    [Fact]
    public async Task LabRecord_Command_WritesTheFile()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        var file = Path.Combine(folder.Path, "x.trace");
        var result = await MiniFaasCommand.RunAsync("lab", "record", file, "--seconds", "0.05", "--server", server.Address.GetLeftPart(UriPartial.Authority));
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(0, (await MiniFaasCommand.RunAsync("lab", "replay", file)).ExitCode);
    }

    private static async Task<JsonElement> ReplayAsync(HttpResponseMessage recording)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "x.trace");
        var bytes = await Patience.ForAsync(recording.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), "the end of the recording");
        Assert.InRange(bytes.Length, 100, 4096);
        await File.WriteAllBytesAsync(file, bytes);
        var result = await MiniFaasCommand.RunAsync("lab", "replay", file, "--output", "json");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        return JsonDocument.Parse(result.Output).RootElement;
    }

    // The header of the trace comes first: when the head of the answer is here, the recording has begun.
    private static async Task<HttpResponseMessage> BeginAsync(MiniFaasServer server, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/lab/record" + query);
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
        return response;
    }
}
