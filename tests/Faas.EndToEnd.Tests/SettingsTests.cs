using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What is said of a function beside its code: traffic, labels, secrets, limits, schedule; and its end.</summary>
public sealed class SettingsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private MiniFaasServer Server => shared.Server;

    private string Address => Server.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task Traffic_ASplit_ReachesBothVersionsAndShowsWhereItIs()
    {
        var one = await Server.DeployedAsync("split", "html", "one");
        var two = await Server.DeployedAsync("split", "html", "two");
        (await PostAsync("/function/split/traffic", $$"""{"{{one}}":50,"{{two}}":50}""")).ShouldSucceed();
        var seen = new HashSet<string?>();
        await Patience.UntilAsync(
            async () =>
            {
                seen.Add((await Server.InvokeAsync("split")).Output);
                return seen.Count == 2;
            },
            "both versions answer");
        Assert.Equal(50, (await Server.GetAsync("/function/split/traffic")).Json.GetProperty("traffic").GetProperty(one).GetInt32());
        Assert.All(
            (await Server.GetAsync("/function/split/versions")).Json.GetProperty("versions").EnumerateArray(),
            version => Assert.Equal(50, version.GetProperty("weight").GetInt32()));

        var set = await MiniFaasCommand.RunAsync("traffic", "split", $"{one}=100", "--server", Address);
        Assert.Equal((0, $"{one}\t100\n"), (set.ExitCode, set.Output));
        Assert.Equal("one", (await Server.GetAsync("/fn/split")).Body);
        var reset = await MiniFaasCommand.RunAsync("traffic", "split", "--reset", "--server", Address);
        Assert.Equal($"{two}\t100\n", reset.Output);
        Assert.Equal("two", (await Server.InvokeAsync("split")).Output);

        (await Server.GetAsync("/function/nobody/traffic")).ShouldFail(404, "function_not_found");
        (await PostAsync("/function/nobody/traffic", "{}")).ShouldFail(404, "function_not_found");
        (await PostAsync("/function/split/traffic", """{"split_1":1}""")).ShouldFail(404, "function_not_found");
        foreach (var body in (string[])["", "[]", "1", $$"""{"{{one}}":0}""", $$"""{"{{one}}":"1"}""", $$"""{"{{one}}":10001}"""])
        {
            (await PostAsync("/function/split/traffic", body)).ShouldFail(400, "bad_request");
        }
    }

    [Fact]
    public async Task Labels_AreShownAndFound()
    {
        await Server.DeployedAsync("labelled", "html", "x", "&label=team%3Dblue&label=tier%3D1");
        await Server.DeployedAsync("plain", "html", "x");
        Assert.Equal("blue", (await Server.GetAsync("/function/labelled")).Json.GetProperty("labels").GetProperty("team").GetString());
        foreach (var query in (string[])["label=team%3Dblue", "label=team", "label=team%3Dblue&label=tier%3D1"])
        {
            var row = Assert.Single((await Server.GetAsync("/functions?" + query)).ShouldSucceed().Json.GetProperty("functions").EnumerateArray());
            Assert.Equal("labelled", row.GetProperty("name").GetString());
        }

        Assert.Equal(0, (await Server.GetAsync("/functions?label=team%3Dblue&label=tier%3D2")).Json.GetProperty("functions").GetArrayLength());
        (await Server.DeployAsync("x", "html", "x", "&label=team")).ShouldFail(400, "bad_request");
        (await Server.DeployAsync("x", "html", "x", "&label=te%20am%3D1")).ShouldFail(400, "bad_request");
    }

    [Fact]
    public async Task Patch_Settings_MakeAVersionOfTheSameCode()
    {
        var id = await Server.DeployedAsync("tuned", "wasm", Sources.Ok, "&env=A%3D1&env=B%3D2&label=old%3D1&concurrency=3");
        var changed = (await PatchAsync("/function/tuned?timeout=1234&env=A&env=C%3D3&label=old&concurrency=none&retries=2")).ShouldSucceed();
        Assert.NotEqual(id, changed.Text("id"));
        var now = (await Server.GetAsync("/function/tuned")).ShouldSucceed().Json;
        Assert.Equal(1234, now.GetProperty("timeoutMs").GetInt64());
        Assert.Equal(2, now.GetProperty("retries").GetInt32());
        Assert.Equal(["B", "C"], now.GetProperty("env").EnumerateArray().Select(name => name.GetString()));
        Assert.False(now.TryGetProperty("labels", out _));
        Assert.False(now.TryGetProperty("concurrency", out _));
        Assert.Equal("ok", (await Server.InvokeAsync("tuned")).ShouldSucceed().Output);
        Assert.Equal(3, (await Server.GetAsync("/function/" + id)).Json.GetProperty("concurrency").GetInt32());

        (await PatchAsync("/function/tuned?lang=c")).ShouldFail(400, "bad_request");
        (await PatchAsync("/function/tuned?timeout=0")).ShouldFail(400, "bad_request");
        (await PatchAsync("/function/nobody?timeout=5")).ShouldFail(404, "function_not_found");
    }

    [Fact]
    public async Task Secrets_FunctionsSeeThem_AndNoAnswerOrLogDoes()
    {
        const string Source = """
            import os, sys
            sys.stderr.write("using " + os.environ["API_KEY"] + "\n")
            print(len(os.environ["API_KEY"]))
            """;
        (await Server.DeployAsync("keyed", "python", Source, "&secret=API_KEY")).ShouldFail(400, "secret_not_found");
        (await PutAsync("/secret/API_KEY", "hunter2hunter2")).ShouldSucceed();
        await Server.DeployedAsync("keyed", "python", Source, "&secret=API_KEY");
        Assert.Equal("14\n", (await Server.InvokeAsync("keyed")).ShouldSucceed().Output);

        var set = await MiniFaasCommand.RunAsync("correct horse battery\n", ["secret", "set", "API_KEY", "--server", Address]);
        Assert.Equal(0, set.ExitCode);
        Assert.Equal("21\n", (await Server.InvokeAsync("keyed")).ShouldSucceed().Output);
        Assert.Equal("21\n", (await Server.InvokeAsync("keyed")).ShouldSucceed().Output);
        Assert.Contains("API_KEY\n", (await MiniFaasCommand.RunAsync("secret", "list", "--server", Address)).Output, StringComparison.Ordinal);
        foreach (var path in (string[])["/secrets", "/functions", "/function/keyed", "/function/keyed/versions", "/function/keyed/logs"])
        {
            var body = (await Server.GetAsync(path)).Body;
            Assert.DoesNotContain("hunter2", body, StringComparison.Ordinal);
            Assert.DoesNotContain("horse", body, StringComparison.Ordinal);
        }

        Assert.Contains("using ***", (await Server.GetAsync("/function/keyed/logs")).Body, StringComparison.Ordinal);
        (await Server.GetAsync("/secret/API_KEY")).ShouldFail(405, "method_not_allowed");
        (await Server.SendAsync(HttpMethod.Delete, "/secret/API_KEY")).ShouldFail(409, "secret_in_use");
        (await Server.SendAsync(HttpMethod.Delete, "/function/keyed")).ShouldSucceed();
        Assert.Equal(0, (await MiniFaasCommand.RunAsync("secret", "delete", "API_KEY", "--server", Address)).ExitCode);
        (await Server.SendAsync(HttpMethod.Delete, "/secret/API_KEY")).ShouldFail(404, "secret_not_found");
        (await PutAsync("/secret/no-name", "x")).ShouldFail(400, "bad_request");
        (await PutAsync("/secret/EMPTY", "")).ShouldFail(400, "bad_request");
        (await PutAsync("/secret/LARGE", new string('x', (64 * 1024) + 1))).ShouldFail(413, "payload_too_large");
    }

    [Fact]
    public async Task Schedule_EverySecond_RunsAndIsShown()
    {
        var address = Address;
        await Server.DeployedAsync("ticks", "wasm", Sources.Echo, "&schedule=*+*+*+*+*+*&timezone=Europe/Paris");
        Answer? shown = null;
        await Patience.UntilAsync(
            async () => (shown = (await Server.GetAsync("/function/ticks/schedule")).ShouldSucceed()).Json.TryGetProperty("last", out var last)
                && last.GetProperty("state").GetString() == "succeeded",
            "it ran by itself");
        Assert.Equal(("* * * * * *", "Europe/Paris", "skip"), (shown!.Text("schedule"), shown.Text("timezone"), shown.Text("overlap")));
        var run = await Server.GetAsync("/invocation/" + shown.Json.GetProperty("last").GetProperty("invocation").GetString());
        Assert.Equal("schedule", run.Text("trigger"));
        Assert.StartsWith("{\"trigger\":\"schedule\",\"time\":\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("next\t20", (await MiniFaasCommand.RunAsync("describe", "ticks", "--server", address)).Output, StringComparison.Ordinal);

        (await PatchAsync("/function/ticks?schedule=none")).ShouldSucceed();
        (await Server.GetAsync("/function/ticks/schedule")).ShouldFail(404, "no_schedule");
        (await Server.GetAsync("/function/nobody/schedule")).ShouldFail(404, "function_not_found");
        foreach (var query in (string[])["schedule=now", "schedule=*+*+*+*+*&timezone=Nowhere/Land", "schedule=*+*+*+*+*&overlap=perhaps"])
        {
            (await Server.DeployAsync("x", "html", "x", "&" + query)).ShouldFail(400, "bad_request");
        }
    }

    [Fact]
    public async Task Delete_WhileItRuns_WhatRunsEnds()
    {
        await Server.DeployedAsync("leaving", "c", Sources.PauseWithHead, "&env=PAUSE%3D1500");
        using var raw = await Server.ConnectAsync();
        await raw.SendAsync("GET /fn/leaving/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await raw.ReadUntilAsync("begun");
        (await Server.SendAsync(HttpMethod.Delete, "/function/leaving")).ShouldSucceed();
        (await Server.InvokeAsync("leaving")).ShouldFail(404, "function_not_found");
        await raw.ReadUntilAsync("done");
    }

    private Task<Answer> PostAsync(string path, string body) => Server.SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body));

    private Task<Answer> PutAsync(string path, string body) => Server.SendAsync(HttpMethod.Put, path, Encoding.UTF8.GetBytes(body));

    private Task<Answer> PatchAsync(string path) => Server.SendAsync(HttpMethod.Patch, path, []);
}
