using System.Net;
using Faas.Supervisor.Access;
using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class ProxyHeadersTests
{
    [Theory]
    [InlineData("127.0.0.1", false, "203.0.113.9", "https", "faas.example", "X-Forwarded-For")]
    [InlineData("127.0.0.1", true, "198.51.100.7", "http", "other.example", "Forwarded")]
    [InlineData("192.0.2.1", false, "192.0.2.1", "http", "own", null)] // anybody: nothing is believed, and nothing left to be
    [InlineData("192.0.2.1", true, "192.0.2.1", "http", "own", null)]
    public async Task HandleAsync_Peer_IsBelievedWhenTrusted(string peer, bool isForwarded, string address, string scheme, string host, string? kept)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("own");
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.9";
        context.Request.Headers["X-Forwarded-Proto"] = "https";
        context.Request.Headers["X-Forwarded-Host"] = "faas.example";
        context.Request.Headers["X-Forwarded-Prefix"] = "/x";
        context.Request.Headers["Forwarded"] = "for=198.51.100.7;host=other.example";
        var hasPassed = false;
        await new ProxyHeaders(
            _ =>
            {
                hasPassed = true;
                return Task.CompletedTask;
            },
            new TrustedProxies([IPNetwork.Parse("127.0.0.0/8")]),
            isForwarded).HandleAsync(context);
        Assert.True(hasPassed);
        Assert.Equal((IPAddress.Parse(address), scheme, host), (context.Connection.RemoteIpAddress, context.Request.Scheme, context.Request.Host.Value));
        Assert.Equal(host, context.Request.Headers.Host.ToString());
        Assert.Equal(kept == "X-Forwarded-For", context.Request.Headers.ContainsKey("X-Forwarded-For"));
        Assert.Equal(kept == "X-Forwarded-For", context.Request.Headers.ContainsKey("X-Forwarded-Prefix"));
        Assert.Equal(kept == "Forwarded", context.Request.Headers.ContainsKey("Forwarded"));
    }
}
