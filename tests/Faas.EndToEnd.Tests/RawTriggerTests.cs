using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary><c>/fn/NAME/PATH?QUERY</c>: a CGI/1.1 request in, what the function writes out.</summary>
public sealed class RawTriggerTests(SharedServer shared)
{
    private MiniFaasServer Server => shared.Server;

    [Fact]
    public async Task Request_BecomesCgiVariablesAndStandardInput()
    {
        await Server.DeployedAsync("cgi", "c", Sources.Cgi);
        var answer = await Server.SendAsync(
            HttpMethod.Put,
            "/fn/cgi/a%20path/with/parts?q=1&r=%20x",
            Encoding.UTF8.GetBytes("the body"),
            ("X-Own", "mine"), ("Content-Type", "text/weird"), ("Authorization", "Bearer secret"));
        Assert.Equal(201, answer.Status);
        Assert.Equal("yes", answer.Header("X-Custom"));
        Assert.Equal("text/x-test", answer.Header("Content-Type"));
        var lines = answer.Body.Split('\n');
        Assert.Equal("BODY:the body", lines[^1]);
        string[] expected =
        [
            "GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "SERVER_NAME=127.0.0.1", $"SERVER_PORT={Server.Address.Port}",
            "REQUEST_METHOD=PUT", "SCRIPT_NAME=/fn/cgi", "PATH_INFO=/a path/with/parts", "QUERY_STRING=q=1&r=%20x", "REMOTE_ADDR=127.0.0.1",
            "CONTENT_LENGTH=8", "CONTENT_TYPE=text/weird", "HTTP_X_OWN=mine", "FAAS_FUNCTION=cgi",
        ];
        Assert.All(expected, line => Assert.Contains(line, lines));
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/fn/cgi-path", "PATH_INFO=")]
    [InlineData("/fn/cgi-path/", "PATH_INFO=/")]
    [InlineData("/fn/cgi-path//two", "PATH_INFO=//two")]
    public async Task Path_IsWhatFollowsTheName(string path, string line)
    {
        await Server.DeployedAsync("cgi-path", "c", Sources.Cgi);
        Assert.Contains(line, (await Server.GetAsync(path)).Body.Split('\n'));
    }

    [Fact]
    public async Task Location_WithoutStatus_Redirects()
    {
        await Server.DeployedAsync("cgi", "c", Sources.Cgi);
        using var client = await Server.ConnectAsync();
        await client.SendAsync("GET /fn/cgi/elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 302 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: /fn/other?a=b\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_WithoutHeaders_IsPlainText()
    {
        await Server.DeployedAsync("cgi", "c", Sources.Cgi);
        var answer = await Server.GetAsync("/fn/cgi/plain");
        Assert.Equal((200, "no header here\n"), (answer.Status, answer.Body));
        Assert.StartsWith("text/plain", answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_BeforeTheFirstByte_IsAnErrorAnswer()
    {
        await Server.DeployedAsync("cgi", "c", Sources.Cgi);
        var answer = (await Server.GetAsync("/fn/cgi/fail")).ShouldFail(500, "function_failed");
        Assert.Equal(3, answer.Json.GetProperty("exitCode").GetInt32());
        Assert.Equal("no luck\n", answer.Text("stderr"));
    }

    [Fact]
    public async Task Failure_AfterTheFirstByte_CutsTheConnection()
    {
        await Server.DeployedAsync("cut", "wasm", Sources.LoopWithHead, "&timeout=500");
        using var client = await Server.ConnectAsync();
        await client.SendAsync("GET /fn/cut/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        // The last chunk (of length 0) would say that the body is whole.
        Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_OfOutputWithoutAHead_IsAnErrorAnswer()
    {
        await Server.DeployedAsync("late", "wasm", RepositoryLayout.Module("loop.wat"), "&timeout=500");
        (await Server.GetAsync("/fn/late/")).ShouldFail(504, "timeout");
    }

    [Theory]
    [InlineData("c", Sources.Pause)]
    [InlineData("python", "import os, time\nprint('begun', flush=True)\ntime.sleep(int(os.environ['PAUSE']) / 1000)\nprint('done')\n")]
    public async Task Output_IsPassedOnAsItIsWritten(string language, string source)
    {
        source = source.Replace("begun", @"Content-Type: text/plain\n\nbegun", StringComparison.Ordinal); // output with a head is

        // Longer than the client waits: what it reads can only have come before the end.
        await Server.DeployedAsync($"stream-{language}", language, source, "&env=PAUSE=600000&timeout=600000");
        using var impatient = await Server.ConnectAsync();
        await impatient.SendAsync($"GET /fn/stream-{language}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await impatient.ReadUntilAsync("begun");

        await Server.DeployedAsync($"stream-{language}", language, source, "&env=PAUSE=300");
        Assert.Equal("begun\ndone\n", (await Server.GetAsync($"/fn/stream-{language}/")).Body);
    }

    [Fact]
    public async Task Head_HasNoBodyAndLeavesTheConnectionUsable()
    {
        await Server.DeployedAsync("cgi", "c", Sources.Cgi);
        await Server.DeployedAsync("head-page", "html", "<p>page</p>");
        using var client = await Server.ConnectAsync();
        foreach (var path in new[] { "/fn/cgi/plain", "/fn/head-page/" })
        {
            await client.SendAsync($"HEAD {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        }

        await client.SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        var answers = await client.ReadToEndAsync();
        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK\r\n").Length - 1);
        Assert.DoesNotContain("no header here", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_IsServedAsHtml()
    {
        await Server.DeployedAsync("html-page", "html", "<h1>Ünïcode</h1>");
        var answer = await Server.GetAsync("/fn/html-page/");
        Assert.Equal((200, "<h1>Ünïcode</h1>"), (answer.Status, answer.Body));
        Assert.StartsWith("text/html", answer.Header("Content-Type"), StringComparison.Ordinal);
    }
}
