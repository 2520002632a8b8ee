using Faas.EndToEnd.Tests.Server;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Lab.Replaying;
using Faas.Supervisor.Lab.Traces;

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

        var bytes = await Patience.ForAsync(recording.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), "the end of the full recording");
        Assert.InRange(bytes.Length, 1000, 4096);
        var trace = TraceReader.Read(bytes);
        Assert.True(trace.IsComplete);
        Assert.Equal(("RR", 3, 2), (trace.Header.Strategy, trace.Header.Slots, trace.Header.Workers.Count));
        Assert.Equal(["trap", "ok"], trace.Functions.Select(function => function.Name));
        Assert.Equal((byte)InvocationStatus.Trap, trace.Invocations[0].Status);
        Assert.All(trace.Invocations, invocation => Assert.True(invocation.Run > 0 && invocation.Total >= invocation.Run && invocation.Worker < 2));
        Assert.Equal(1, trace.Invocations.Count(invocation => invocation.Function == 1));
        Assert.Equal(trace.Invocations.Length, RecordedFigures.Of(trace)!.Completed);
        Assert.Equal(trace.Invocations.Length, Replayer.Run(ReplayLoad.Of(trace, 1), new ReplayOptions(), "LEAST", 2).Completed);
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
        server.Terminate();
        var trace = TraceReader.Read(await Patience.ForAsync(last.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), "the end of the recording"));
        Assert.True(trace.IsComplete);
        Assert.Equal("", Assert.Single(trace.Functions).Name);
        Assert.Single(trace.Invocations);
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
        Assert.True(TraceFile.Read(file).IsComplete);
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
