using System.Text.Json;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>A function's log: its failures and what it wrote to standard error, and nothing else.</summary>
public sealed class LogsTests
{
    // Traps in WebAssembly text: needs no compiler.
    private const string Trap = """(module (memory (export "memory") 1) (func (export "_start") unreachable))""";

    [Fact]
    public async Task Logs_FailuresAreKeptAcrossKillAndFollowed()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1"))
        {
            (await server.GetAsync("/function/trap/logs")).ShouldFail(404, "function_not_found");
            await server.DeployedAsync("ok", "wasm", Sources.Ok);
            await server.DeployedAsync("trap", "wasm", Trap);
            (await server.InvokeAsync("ok")).ShouldSucceed();
            Assert.Equal("", (await server.GetAsync("/function/ok/logs")).Body);
            var failed = (await server.InvokeAsync("trap")).ShouldFail(500, "trap");
            var entry = Assert.Single(await EntriesAsync(server, "trap"));
            Assert.Equal("trap", entry.GetProperty("status").GetString());
            Assert.Equal(failed.Header("X-Faas-Invocation"), entry.GetProperty("invocation").GetString());
            (await server.GetAsync("/function/trap/logs?tail=many")).ShouldFail(400, "bad_request");
            await server.KillAsync();
        }

        await using var again = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        Assert.Single(await EntriesAsync(again, "trap"));

        using (var client = await again.ConnectAsync())
        {
            await client.SendAsync("GET /function/trap/logs?follow=1&tail=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            await client.ReadUntilAsync("text/event-stream");
            (await again.InvokeAsync("trap")).ShouldFail(500, "trap");
            await client.ReadUntilAsync("data: {\"time\":");
        }

        var shown = await MiniFaasCommand.RunAsync("logs", "trap", "-n", "1", "--server", again.Address.GetLeftPart(UriPartial.Authority));
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains(" trap: ", Assert.Single(shown.Output.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);

        // A follower does not hold up the end.
        using var last = await again.ConnectAsync();
        await last.SendAsync("GET /function/trap/logs?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await last.ReadUntilAsync("data: ");
        again.Terminate();
        Assert.EndsWith("0\r\n\r\n", await last.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_StandardErrorOfASuccess_IsKeptWithoutTheEnvironmentsValues()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        const string Source = """
            #include <stdio.h>
            #include <stdlib.h>
            int main(void) { fprintf(stderr, "using %s\n", getenv("KEY")); puts("done"); }
            """;
        await server.DeployedAsync("says", "c", Source, "&env=KEY%3Dhunter2hunter2");
        (await server.InvokeAsync("says")).ShouldSucceed();
        var entry = Assert.Single(await EntriesAsync(server, "says"));
        Assert.Equal(("ok", "using ***\n"), (entry.GetProperty("status").GetString(), entry.GetProperty("stderr").GetString()));
        (await server.SendAsync(HttpMethod.Delete, "/function/says")).ShouldSucceed();
        (await server.GetAsync("/function/says/logs")).ShouldFail(404, "function_not_found");
    }

    private static async Task<List<JsonElement>> EntriesAsync(MiniFaasServer server, string name)
    {
        var answer = await server.GetAsync($"/function/{name}/logs");
        Assert.Equal(200, answer.Status);
        return [.. answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
