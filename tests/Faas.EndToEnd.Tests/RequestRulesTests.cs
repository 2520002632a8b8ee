using System.IO.Compression;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What a request says is taken as it is meant, or refused with a reason: nothing is guessed.</summary>
public sealed class RequestRulesTests(SharedServer shared)
{
    private const string Page = "https://page.example";

    private MiniFaasServer Server => shared.Server;

    [Theory]
    [InlineData("GET", "/functions?labels=a")]
    [InlineData("GET", "/function/rules?version=1")]
    [InlineData("GET", "/function/rules/versions?name=rules")]
    [InlineData("POST", "/function/rules/rollback?id=rules_1")]
    [InlineData("GET", "/function/rules/logs?lines=3")]
    [InlineData("GET", "/function/rules/logs?tail=3&tail=4")]
    [InlineData("POST", "/function/rules/traffic?weight=3")]
    [InlineData("GET", "/invocations?status=dead")]
    [InlineData("GET", "/secrets?x")]
    [InlineData("GET", "/metrics?x=1")]
    [InlineData("GET", "/healthz?x=1")]
    [InlineData("GET", "/readyz?x=1")]
    [InlineData("POST", "/invoke?fn=rules&timeout=100")]
    [InlineData("POST", "/invoke?fn=rules&retries=3")]
    [InlineData("POST", "/invoke?fn=rules&arg=%00")]
    [InlineData("POST", "/deploy?name=a&name=b&lang=html")]
    [InlineData("PATCH", "/function/rules?env=FAAS_ID=other")]
    [InlineData("PATCH", "/function/rules?env=A=%00")]
    [InlineData("PUT", "/secret/FAAS_ID")]
    public async Task Query_WithWhatNobodyReads_Is400(string method, string path)
    {
        await Server.DeployedAsync("rules", "wasm", Sources.Ok);
        (await Server.SendAsync(new HttpMethod(method), path, method == "GET" ? null : "x"u8.ToArray())).ShouldFail(400, "bad_request");
    }

    [Fact]
    public async Task Deploy_NameOfTheServers_Is400()
    {
        (await Server.DeployAsync("own", "html", "x", "&env=FAAS_ID=other")).ShouldFail(400, "bad_request");
        (await Server.DeployAsync("own", "html", "x", "&secret=FAAS_ID")).ShouldFail(400, "bad_request");
    }

    [Theory]
    [InlineData("no", 200)]
    [InlineData("False", 200)]
    [InlineData("off", 200)]
    [InlineData("yes", 202)]
    [InlineData("perhaps", 400)]
    public async Task Async_Word_MeansWhatItSays(string word, int status)
    {
        await Server.DeployedAsync("rules", "wasm", Sources.Ok);
        Assert.Equal(status, (await Server.InvokeAsync("rules", "", "&async=" + word)).Status);
    }

    [Fact]
    public async Task Traffic_ThatIsTooMuch_Is413AtOnce()
    {
        await Server.DeployedAsync("rules", "wasm", Sources.Ok);
        var keys = "{" + string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"x{i}\":1")) + "}";
        // Asked first, as clients do with a large body: one that writes while it is refused may find the connection closed before it reads why.
        (await Server.SendAsync(HttpMethod.Post, "/function/rules/traffic", System.Text.Encoding.ASCII.GetBytes(keys), ("Expect", "100-continue"))).ShouldFail(413, "payload_too_large");
        (await Server.SendAsync(HttpMethod.Post, "/function/rules/traffic", """{"a":1,"a":2}"""u8.ToArray())).ShouldFail(400, "bad_request");
    }

    [Fact]
    public async Task Deploy_WhatIsNoSource_IsRefused()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("main.py");
        }

        const string Path = "/deploy?name=no-source&lang=python";
        (await Server.SendAsync(HttpMethod.Post, Path, zip.ToArray())).ShouldFail(400, "bad_request");
        (await Server.SendAsync(HttpMethod.Post, Path, [0x1F, 0x8B, 8, 0, 0], ("Content-Type", "application/gzip"))).ShouldFail(400, "bad_request");
        (await Server.SendAsync(HttpMethod.Post, Path, "x"u8.ToArray(), ("Content-Encoding", "gzip"))).ShouldFail(415, "unsupported_media_type");
        (await Server.SendAsync(HttpMethod.Post, Path, "--x"u8.ToArray(), ("Content-Type", "multipart/form-data; boundary=x"))).ShouldFail(415, "unsupported_media_type");
    }

    [Fact]
    public async Task CorsFunction_AnswersPagesOfOtherOriginsItself()
    {
        const string Source = """
            import os
            print("Status: 200")
            print("Access-Control-Allow-Origin:", os.environ.get("HTTP_ORIGIN", "none"))
            print("X-Method:", os.environ["REQUEST_METHOD"])
            print()
            """;
        await Server.DeployedAsync("cors-own", "python", Source, "&cors=function");
        await Server.DeployedAsync("cors-server", "python", Source);
        (string, string)[] preflight = [("Origin", Page), ("Access-Control-Request-Method", "PUT"), ("Sec-Fetch-Site", "cross-site")];

        var answer = await Server.SendAsync(HttpMethod.Options, "/fn/cors-own/x", null, preflight);
        Assert.Equal((200, Page, "OPTIONS"), (answer.Status, answer.Header("Access-Control-Allow-Origin"), answer.Header("X-Method")));
        answer = await Server.SendAsync(HttpMethod.Put, "/fn/cors-own", "x"u8.ToArray(), ("Origin", Page), ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal((200, Page, "PUT"), (answer.Status, answer.Header("Access-Control-Allow-Origin"), answer.Header("X-Method")));

        (await Server.SendAsync(HttpMethod.Options, "/fn/cors-server/x", null, preflight)).ShouldFail(403, "forbidden");
        (await Server.SendAsync(HttpMethod.Put, "/fn/cors-server", "x"u8.ToArray(), ("Origin", Page))).ShouldFail(403, "forbidden");
        (await Server.SendAsync(HttpMethod.Post, "/invoke?fn=cors-own", [], ("Origin", Page))).ShouldFail(403, "forbidden");
    }
}
