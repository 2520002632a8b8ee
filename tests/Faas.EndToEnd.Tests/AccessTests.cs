using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Who may use the gateway: programs of this machine, not the pages in its browser; beyond it, bearers of tokens.</summary>
public sealed class AccessTests(SharedServer shared)
{
    private const string Evil = "http://evil.example";

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    public async Task Deploy_FromAForeignPage_IsForbidden(string contentType)
    {
        // A form post and a fetch with mode no-cors send these without asking first.
        var answer = await shared.Server.SendAsync(
            HttpMethod.Post, "/deploy?name=planted&lang=html", "<p>"u8.ToArray(), ("Origin", Evil), ("Sec-Fetch-Site", "cross-site"), ("Content-Type", contentType));
        answer.ShouldFail(403, "forbidden");
        (await shared.Server.GetAsync("/function/planted")).ShouldFail(404, "function_not_found");
    }

    [Theory]
    [InlineData("POST", "/deploy?name=planted&lang=html")]
    [InlineData("POST", "/invoke?fn=planted")]
    [InlineData("GET", "/functions")]
    [InlineData("GET", "/fn/planted/")]
    [InlineData("DELETE", "/function/planted")]
    public async Task Request_UnderAReboundName_IsForbidden(string method, string path)
    {
        var answer = await shared.Server.SendAsync(new HttpMethod(method), path, null, ("Host", $"evil.example:{shared.Server.Address.Port}"));
        answer.ShouldFail(403, "forbidden");
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    public async Task Request_WithAForeignOrigin_IsForbidden(string origin)
    {
        (await shared.Server.SendAsync(HttpMethod.Post, "/invoke?fn=x", [], ("Origin", origin))).ShouldFail(403, "forbidden");
        (await shared.Server.SendAsync(HttpMethod.Options, "/deploy", null, ("Origin", origin), ("Access-Control-Request-Method", "POST"))).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Request_OfAProgramOrOfTheServersOwnPage_IsServed()
    {
        var port = shared.Server.Address.Port;
        (await shared.Server.DeployAsync("welcome", "html", "hi")).ShouldSucceed();
        foreach (var host in new[] { $"127.0.0.1:{port}", $"localhost:{port}", $"[::1]:{port}", "LOCALHOST" })
        {
            (await shared.Server.SendAsync(HttpMethod.Post, "/invoke?fn=welcome", [], ("Host", host))).ShouldSucceed();
            (await shared.Server.SendAsync(HttpMethod.Post, "/invoke?fn=welcome", [], ("Host", host), ("Origin", $"http://{host}"))).ShouldSucceed();
        }

        var linked = await shared.Server.SendAsync(HttpMethod.Get, "/fn/welcome/", null, ("Origin", Evil), ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal((200, "hi"), (linked.Status, linked.Body));
    }

    [Fact]
    public async Task Start_BeyondLoopbackWithoutTokens_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var result = await MiniFaasCommand.RunAsync("--http", "*:0", "--data", folder.Data, "--runtime-dir", folder.Run);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("--token-file", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_AreMadeRequiredAndSentByTheCommands()
    {
        using var folder = new TemporaryFolder();
        var tokens = new Dictionary<string, string>();
        var lines = new List<string>();
        foreach (var scopes in new[] { "invoke", "deploy", "admin" })
        {
            var made = await MiniFaasCommand.RunAsync("token", "new", "my-" + scopes, "--scopes", scopes);
            Assert.Equal(0, made.ExitCode);
            var words = made.Output.Split('\n');
            tokens[scopes] = words[0];
            lines.Add(words[1]);
        }

        var file = folder.Combine("tokens");
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--token-file", file);
        var address = server.Address.GetLeftPart(UriPartial.Authority);

        var denied = (await server.DeployAsync("page", "html", "hi")).ShouldFail(401, "unauthorized");
        Assert.Equal("Bearer realm=\"minifaas\"", denied.Header("WWW-Authenticate"));
        (await server.GetAsync("/nowhere")).ShouldFail(401, "unauthorized");
        (await server.GetAsync("/healthz")).ShouldSucceed();
        (await DeployAsync("invoke")).ShouldFail(403, "forbidden");
        (await DeployAsync("deploy")).ShouldSucceed();
        (await InvokeAsync("deploy")).ShouldFail(403, "forbidden");
        (await InvokeAsync("invoke")).ShouldSucceed();
        (await InvokeAsync("admin")).ShouldSucceed();

        Assert.Equal(1, (await MiniFaasCommand.RunAsync("list", "--server", address)).ExitCode);
        var listed = await MiniFaasCommand.RunAsync("list", "--server", address, "--token", tokens["deploy"]);
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("page", listed.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await MiniFaasCommand.RunAsync("load", "page", "1", "5", "--server", address, "--token", tokens["invoke"])).ExitCode);

        Task<Answer> DeployAsync(string scopes) => server.SendAsync(
            HttpMethod.Post, "/deploy?name=page&lang=html", "hi"u8.ToArray(), ("Authorization", "Bearer " + tokens[scopes]));
        Task<Answer> InvokeAsync(string scopes) => server.SendAsync(
            HttpMethod.Post, "/invoke?fn=page", [], ("Authorization", "Bearer " + tokens[scopes]));
    }
}
