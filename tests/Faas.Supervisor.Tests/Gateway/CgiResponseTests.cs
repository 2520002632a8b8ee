using System.Text;
using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class CgiResponseTests
{
    [Theory]
    [InlineData("Content-Type: a/b\n\n", 200, "a/b")]
    [InlineData("Status: 201\n\n", 201, "text/plain; charset=utf-8")]
    [InlineData("Location: /x\n\n", 302, "text/plain; charset=utf-8")]
    [InlineData("Location: /x\nStatus: 201\n\n", 201, "text/plain; charset=utf-8")]
    [InlineData("Status: 204\n\n", 204, null)]
    [InlineData("Status: 205\n\n", 205, null)]
    [InlineData("Status: 304\n\n", 304, null)]
    [InlineData("no head", 200, "text/plain; charset=utf-8")]
    [InlineData("Content-Type: a/b\nContent-Type: c/d\n\n", 200, "c/d")]
    public void Apply_Head_GivesStatusAndType(string output, int status, string? type)
    {
        var response = Apply(output);
        Assert.Equal((status, type), (response.StatusCode, response.ContentType));
    }

    [Theory]
    [InlineData("Connection: close")]
    [InlineData("transfer-encoding: chunked")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("Upgrade: h2c")]
    [InlineData("Trailer: X")]
    [InlineData("TE: trailers")]
    [InlineData("Proxy-Connection: close")]
    [InlineData("Content-Length: 5")]
    public void Apply_WhatConcernsTheConnection_IsLeftOut(string header)
    {
        var response = Apply($"Content-Type: a/b\n{header}\nX-Own: yes\n\n");
        Assert.Equal(["Content-Type", "X-Own"], response.Headers.Select(other => other.Key).Order());
        Assert.Null(response.ContentLength);
    }

    [Theory]
    [InlineData("HEAD", "Status: 200\nContent-Length: 1234\n\n", 1234L)]
    [InlineData("GET", "Status: 304\nContent-Length: 1234\n\n", 1234L)]
    [InlineData("HEAD", "Status: 200\nContent-Length: -1\n\n", null)]
    [InlineData("HEAD", "Status: 200\nContent-Length: many\n\n", null)]
    [InlineData("GET", "Status: 200\nContent-Length: 1234\n\n", null)]
    public void Apply_Length_IsTheFunctionsWhereNoContentFollows(string method, string output, long? length) =>
        Assert.Equal(length, Apply(output, method).ContentLength);

    [Fact]
    public void Apply_OriginAnsweredByTheServer_IsNotAnsweredTwice()
    {
        var context = new DefaultHttpContext();
        context.Response.Headers.AccessControlAllowOrigin = "https://app.example";
        CgiHead.TryParse("Status: 200\nAccess-Control-Allow-Origin: *\nX-Own: yes\n\n"u8, isAll: true, out var head);
        CgiResponse.Apply(context.Response, head);
        Assert.Equal("https://app.example", context.Response.Headers.AccessControlAllowOrigin);
        Assert.Equal("yes", context.Response.Headers["X-Own"]);
        Assert.Equal("*", Apply("Status: 200\nAccess-Control-Allow-Origin: *\n\n").Headers.AccessControlAllowOrigin);
    }

    private static HttpResponse Apply(string output, string method = "GET")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        Assert.True(CgiHead.TryParse(Encoding.Latin1.GetBytes(output), isAll: true, out var head));
        CgiResponse.Apply(context.Response, head);
        return context.Response;
    }
}
