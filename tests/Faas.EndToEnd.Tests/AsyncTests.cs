using System.Text;
using System.Text.Json;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Invocations that nobody waits for.</summary>
public sealed class AsyncTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Trap = """(module (memory (export "memory") 1) (func (export "_start") unreachable))""";
    private const string Spin = """(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))""";

    private MiniFaasServer Server => shared.Server;

    [Fact]
    public async Task Invoke_Async_IsAcceptedAndItsResultCanBeFetched()
    {
        await Server.DeployedAsync("echo", "wasm", Sources.Echo);
        var accepted = await Server.InvokeAsync("echo", "hello", "&async=1");
        Assert.Equal(202, accepted.Status);
        var id = accepted.Text("invocation")!;
        Assert.Equal("/invocation/" + id, accepted.Header("Location"));

        var ended = await EndOfAsync(Server, id);
        Assert.Equal(("succeeded", "hello", "echo"), (ended.Text("state"), ended.Output, ended.Text("function")));
        var attempt = Assert.Single(ended.Json.GetProperty("history").EnumerateArray());
        Assert.Equal(1, attempt.GetProperty("attempt").GetInt32());

        var row = Assert.Single((await Server.GetAsync("/invocations?fn=echo&state=succeeded")).ShouldSucceed().Json.GetProperty("invocations").EnumerateArray());
        Assert.Equal(id, row.GetProperty("invocation").GetString());
        (await Server.SendAsync(HttpMethod.Delete, "/invocation/" + id)).ShouldFail(409, "invocation_ended");
        (await Server.SendAsync(HttpMethod.Post, $"/invocation/{id}/retry", [])).ShouldFail(409, "invocation_not_dead");
    }

    [Fact]
    public async Task Invoke_Async_BytesAndArgumentsAndHtml()
    {
        await Server.DeployedAsync("bytes", "wasm", Sources.Echo);
        byte[] binary = [0xff, 0x00, 0xfe];
        var id = (await Server.InvokeAsync("bytes", binary, "&async=1")).Text("invocation")!;
        Assert.Equal(Convert.ToBase64String(binary), (await EndOfAsync(Server, id)).Text("outputBase64"));
        await Server.DeployedAsync("apage", "html", "<p>");
        id = (await Server.InvokeAsync("apage", "", "&async=1")).Text("invocation")!;
        Assert.Equal("<p>", (await EndOfAsync(Server, id)).Output);
    }

    [Fact]
    public async Task Invoke_AsyncFailure_IsTriedAgainThenADeadLetterThatCanBeRunAgain()
    {
        await Server.DeployedAsync("dies", "wasm", Trap, "&retries=1");
        var id = (await Server.InvokeAsync("dies", "", "&async=1")).Text("invocation")!;
        var dead = await EndOfAsync(Server, id);
        Assert.Equal(("dead", "trap"), (dead.Text("state"), dead.Error));
        Assert.Equal(2, dead.Json.GetProperty("history").GetArrayLength());

        Assert.Equal(202, (await Server.SendAsync(HttpMethod.Post, $"/invocation/{id}/retry", [])).Status);
        await Patience.UntilAsync(async () => (await Server.GetAsync("/invocation/" + id)).Json.GetProperty("attempts").GetInt32() == 4, "two more attempts");
        Assert.Equal("dead", (await EndOfAsync(Server, id)).Text("state"));

        id = (await Server.InvokeAsync("dies", "", "&async=1&retries=0")).Text("invocation")!;
        Assert.Equal(1, (await EndOfAsync(Server, id)).Json.GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task Delete_OneThatRuns_EndsIt()
    {
        await Server.DeployedAsync("spins", "wasm", Spin);
        var id = (await Server.InvokeAsync("spins", "", "&async=1")).Text("invocation")!;
        await Patience.UntilAsync(async () => (await Server.GetAsync("/invocation/" + id)).Text("state") == "running", "it runs");
        Assert.Equal(202, (await Server.SendAsync(HttpMethod.Delete, "/invocation/" + id)).Status);
        Assert.Equal("cancelled", (await EndOfAsync(Server, id)).Text("state"));
    }

    [Fact]
    public async Task Requests_ThatCannotBeTaken_SayWhy()
    {
        await Server.DeployedAsync("taken", "wasm", Sources.Ok);
        (await Server.InvokeAsync("nobody", "", "&async=1")).ShouldFail(404, "function_not_found");
        (await Server.InvokeAsync("taken", "", "&async=1&retries=21")).ShouldFail(400, "bad_request");
        (await Server.InvokeAsync("taken", "", "&async=1&callback=http://other.example/")).ShouldFail(400, "bad_request");
        (await Server.GetAsync("/invocation/1-0000000000000000")).ShouldFail(404, "invocation_not_found");
        (await Server.GetAsync("/invocation/nonsense")).ShouldFail(404, "invocation_not_found");
        (await Server.SendAsync(HttpMethod.Delete, "/invocation/nonsense")).ShouldFail(404, "invocation_not_found");
        (await Server.SendAsync(HttpMethod.Post, "/invocation/nonsense/retry", [])).ShouldFail(404, "invocation_not_found");
        foreach (var query in (string[])["state=lost", "limit=0", "limit=1001", "before=x"])
        {
            (await Server.GetAsync("/invocations?" + query)).ShouldFail(400, "bad_request");
        }

        (await Server.DeployAsync("x", "wasm", Sources.Ok, "&retries=many")).ShouldFail(400, "bad_request");
    }

    [Fact]
    public async Task Client_InvokeAsync_WaitsOrPrintsTheId()
    {
        var address = Server.Address.GetLeftPart(UriPartial.Authority);
        await Server.DeployedAsync("later", "wasm", Sources.Echo);
        await Server.DeployedAsync("never", "wasm", Trap);
        var id = await MiniFaasCommand.RunAsync("invoke", "later", "--async", "--data", "abc", "--server", address);
        Assert.Equal(0, id.ExitCode);
        Assert.Equal("succeeded", (await EndOfAsync(Server, id.Output.Trim())).Text("state"));
        var waited = await MiniFaasCommand.RunAsync("invoke", "later", "--async", "--wait", "--data", "def", "--server", address);
        Assert.Equal((0, "def"), (waited.ExitCode, waited.Output));
        var failed = await MiniFaasCommand.RunAsync("invoke", "never", "--async", "--wait", "--data", "", "--server", address);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("(trap)", failed.Errors, StringComparison.Ordinal);
        var listed = await MiniFaasCommand.RunAsync("invocations", "--function", "later", "--state", "succeeded", "--server", address);
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal(2, listed.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains(id.Output.Trim(), listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_WhatRunsEndsAndWhatWaitsRunsAfterTheRestart()
    {
        using var folder = new TemporaryFolder();
        var ids = new List<string>();
        await using (var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--slots", "4", "--async-slots", "1"))
        {
            await server.DeployedAsync("sleep", "wasm", Sources.ShortSleep);
            for (var i = 0; i < 40; i++)
            {
                ids.Add((await server.InvokeAsync("sleep", "", "&async=1")).Text("invocation")!);
            }
        }

        await using var again = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        foreach (var id in ids)
        {
            var ended = await EndOfAsync(again, id);
            Assert.Equal(("succeeded", 1), (ended.Text("state"), ended.Json.GetProperty("attempts").GetInt32()));
        }
    }

    internal static async Task<Answer> EndOfAsync(MiniFaasServer server, string id)
    {
        Answer? answer = null;
        await Patience.UntilAsync(
            async () => (answer = await server.GetAsync("/invocation/" + id)).ShouldSucceed().Text("state") is "succeeded" or "dead" or "unknown" or "cancelled",
            $"{id} has ended",
            () => answer!.Body + "\n" + server.Errors);
        return answer!;
    }
}
