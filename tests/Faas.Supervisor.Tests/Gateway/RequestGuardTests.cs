using System.Net;
using Faas.Supervisor.Access;
using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class RequestGuardTests
{
    private const string Own = "127.0.0.1:8080";

    private readonly HostRules _hosts = new(IPAddress.Loopback, ["faas.example"]);

    [Theory]
    [InlineData("POST", "/deploy", Own, null, null, true)] // curl
    [InlineData("POST", "/deploy", "", null, null, true)] // HTTP/1.0
    [InlineData("POST", "/deploy", Own, "http://127.0.0.1:8080", "same-origin", true)] // the dashboard
    [InlineData("GET", "/functions", Own, null, "none", true)] // typed into the address line
    [InlineData("POST", "/deploy", "localhost:8080", "http://localhost:8080", null, true)]
    [InlineData("POST", "/deploy", "faas.example", "https://faas.example", null, true)] // TLS ends in front of it
    [InlineData("POST", "/deploy", Own, "http://evil.example", null, false)]
    [InlineData("POST", "/deploy", Own, "null", null, false)] // a sandboxed frame, a file
    [InlineData("POST", "/deploy", Own, "http://127.0.0.1:9090", null, false)] // another port is another site's
    [InlineData("POST", "/deploy", Own, "https://127.0.0.1:8080", null, false)]
    [InlineData("POST", "/deploy", Own, null, "cross-site", false)]
    [InlineData("POST", "/deploy", Own, null, "same-site", false)]
    [InlineData("POST", "/deploy", Own, "", null, false)]
    [InlineData("POST", "/deploy", "evil.example:8080", "http://evil.example:8080", "same-origin", false)] // DNS rebinding
    [InlineData("GET", "/functions", "evil.example:8080", null, "same-origin", false)]
    [InlineData("GET", "/fn/page/", "evil.example:8080", null, null, false)]
    [InlineData("GET", "/functions", Own, null, "cross-site", false)]
    [InlineData("GET", "/function/x", Own, "http://evil.example", "cross-site", false)]
    [InlineData("OPTIONS", "/deploy", Own, "http://evil.example", "cross-site", false)]
    [InlineData("DELETE", "/function/x", Own, "http://evil.example", "cross-site", false)]
    [InlineData("GET", "/fn/page/", Own, "http://evil.example", "cross-site", true)] // a link, an image
    [InlineData("HEAD", "/fn/page", Own, null, "cross-site", true)]
    [InlineData("POST", "/fn/page/", Own, "http://evil.example", "cross-site", false)]
    [InlineData("GET", "/fnx", Own, "http://evil.example", null, false)]
    public async Task HandleAsync_Page_IsTold(string method, string path, string host, string? origin, string? site, bool isLetThrough)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Headers.Host = host;
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        if (site is not null)
        {
            context.Request.Headers["Sec-Fetch-Site"] = site;
        }

        Assert.Equal(isLetThrough, await PassesAsync(context, tokens: null));
        Assert.Equal(isLetThrough ? 200 : 403, context.Response.StatusCode);
    }

    [Theory]
    [InlineData(null, "Invoke", 401)]
    [InlineData("Basic eDp5", "Invoke", 401)]
    [InlineData("Bearer wrong", "Invoke", 401)]
    [InlineData("Bearer", "Invoke", 401)]
    [InlineData("Bearer $", "Invoke", 200)]
    [InlineData("bearer $", "Invoke", 200)]
    [InlineData("Bearer $", "Deploy", 403)]
    [InlineData("Bearer $", "Admin", 403)]
    [InlineData(null, "None", 200)]
    public async Task HandleAsync_Token_DecidesByScope(string? authorization, string needed, int expected)
    {
        var (secret, entry) = AccessToken.Create("ci", AccessScopes.Invoke);
        var context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new ScopeRequirement(Enum.Parse<AccessScopes>(needed))), "x"));
        context.Request.Headers.Host = Own;
        context.Request.Headers.Authorization = authorization?.Replace("$", secret, StringComparison.Ordinal);
        await PassesAsync(context, new TokenTable([entry]));
        Assert.Equal(expected, context.Response.StatusCode);
        Assert.Equal(expected != 200, context.Response.Headers.WWWAuthenticate.Count == 1);
    }

    [Fact]
    public async Task HandleAsync_NoEndpoint_TakesAnyTokenButNotNone()
    {
        var (secret, entry) = AccessToken.Create("ci", AccessScopes.Invoke);
        var context = new DefaultHttpContext();
        Assert.False(await PassesAsync(context, new TokenTable([entry])));
        context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer " + secret;
        Assert.True(await PassesAsync(context, new TokenTable([entry])));
    }

    [Fact]
    public void HandleAsync_NoBrowser_AllocatesNothing()
    {
        var guard = new RequestGuard(_ => Task.CompletedTask, _hosts, tokens: null);
        var context = new DefaultHttpContext();
        context.Request.Headers.Host = Own;
        _ = guard.HandleAsync(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _ = guard.HandleAsync(context);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private async Task<bool> PassesAsync(HttpContext context, TokenTable? tokens)
    {
        var hasPassed = false;
        await new RequestGuard(
            _ =>
            {
                hasPassed = true;
                return Task.CompletedTask;
            },
            _hosts,
            tokens).HandleAsync(context);
        return hasPassed;
    }
}
