using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What an operator allows callers: how often, and pages of which origins.</summary>
public sealed class CallerLimitsTests
{
    private const string Friend = "https://app.example";

    [Fact]
    public async Task RateLimit_OfAToken_StopsItAndNoOther()
    {
        using var folder = new TemporaryFolder();
        var made = new List<string[]>();
        foreach (var name in new[] { "one", "other" })
        {
            made.Add((await MiniFaasCommand.RunAsync("token", "new", name, "--scopes", "deploy")).Output.Split('\n'));
        }

        await File.WriteAllLinesAsync(folder.Combine("tokens"), made.Select(lines => lines[1]), TestContext.Current.CancellationToken);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--token-file", folder.Combine("tokens"), "--rate-limit", "3/m");
        for (var i = 0; i < 3; i++)
        {
            (await ListAsync(made[0][0])).ShouldSucceed();
        }

        var refused = (await ListAsync(made[0][0])).ShouldFail(429, "rate_limited");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        (await ListAsync(made[1][0])).ShouldSucceed();
        for (var i = 0; i < 5; i++)
        {
            (await server.GetAsync("/healthz")).ShouldSucceed();
        }

        Task<Answer> ListAsync(string token) => server.SendAsync(HttpMethod.Get, "/functions", null, ("Authorization", "Bearer " + token));
    }

    [Theory]
    [InlineData("--rate-limit", "many")]
    [InlineData("--rate-limit", "0/s")]
    [InlineData("--rate-limit", "5/h")]
    [InlineData("--cors-origin", "app.example")]
    [InlineData("--cors-origin", "https://app.example/path")]
    [InlineData("--cors-origin", "*")]
    public async Task Setting_ThatCannotBeTaken_IsRefused(string option, string value) =>
        Assert.Equal(2, (await MiniFaasCommand.RunAsync(option, value)).ExitCode);

    [Fact]
    public async Task Cors_PageOfAnAllowedOrigin_MayUseTheApi()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--cors-origin", Friend);
        var preflight = await server.SendAsync(HttpMethod.Options, "/deploy", null, ("Origin", Friend), ("Access-Control-Request-Method", "POST"), ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal((204, Friend, "Origin"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Vary")));
        Assert.Contains("Authorization", preflight.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Null(preflight.Header("Access-Control-Allow-Credentials"));

        var answer = await server.SendAsync(HttpMethod.Get, "/functions", null, ("Origin", Friend), ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal(Friend, answer.ShouldSucceed().Header("Access-Control-Allow-Origin"));
        Assert.Contains("X-Faas-Invocation", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);

        var foreign = await server.SendAsync(HttpMethod.Get, "/functions", null, ("Origin", "https://evil.example"));
        Assert.Null(foreign.ShouldFail(403, "forbidden").Header("Access-Control-Allow-Origin"));
        (await server.SendAsync(HttpMethod.Get, "/functions", null, ("Origin", Friend), ("Host", "evil.example"))).ShouldFail(403, "forbidden");
    }
}
