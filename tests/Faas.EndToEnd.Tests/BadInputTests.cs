using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Each bad input has its status and code, and nobody else notices.</summary>
public sealed class BadInputTests(SharedServer shared)
{
    private MiniFaasServer Server => shared.Server;

    [Fact]
    public async Task Deploy_UnknownLanguage_Is400() =>
        (await Server.DeployAsync("bad", "cobol", "x")).ShouldFail(400, "unknown_language");

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a%2Fb")]
    [InlineData("..")]
    [InlineData("sp%20ace")]
    [InlineData("a12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Deploy_BadName_Is400(string name) => (await Server.DeployAsync(name, "html", "x")).ShouldFail(400, "bad_name");

    [Theory]
    [InlineData("c")]
    [InlineData("html")]
    [InlineData("wasm")]
    public async Task Deploy_EmptyBody_Is400(string language) => (await Server.DeployAsync("bad", language, "")).ShouldFail(400, "bad_request");

    [Theory]
    [InlineData("&timeout=soon")]
    [InlineData("&timeout=0")]
    [InlineData("&memory=-1")]
    [InlineData("&concurrency=0")]
    [InlineData("&idempotent=maybe")]
    [InlineData("&env=NOVALUE")]
    [InlineData("&colour=red")]
    public async Task Deploy_BadParameter_Is400(string parameter) =>
        (await Server.DeployAsync("bad", "html", "x", parameter)).ShouldFail(400, "bad_request");

    [Theory]
    [InlineData("c", "int main(void) { return misspelt; }", "misspelt")]
    [InlineData("cpp", "int main() { return misspelt; }", "misspelt")]
    [InlineData("rust", "fn main() { misspelt(); }", "misspelt")]
    [InlineData("go", "package main\nfunc main() { misspelt() }\n", "misspelt")]
    public async Task Deploy_CompileError_Is422WithDiagnostics(string language, string source, string diagnostic)
    {
        var answer = await Server.DeployAsync("bad-source", language, source);
        Assert.SkipWhen(answer.Error == "toolchain_missing", $"{language}: {answer.Text("message")}");
        answer.ShouldFail(422, "compile_failed");
        Assert.Contains(diagnostic, answer.Text("diagnostics"), StringComparison.Ordinal);
        (await Server.GetAsync("/function/bad-source")).ShouldFail(404, "function_not_found");
    }

    [Theory]
    [InlineData("this is no module")]
    [InlineData("(module (func (export \"_start\") (i32.add)))")]
    [InlineData("(module (import \"env\" \"secret\" (func)) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("(module (import \"wasi_snapshot_preview1\" \"fd_write\" (func)) (memory (export \"memory\") 1) (func (export \"_start\")))")]
    [InlineData("(module (memory (export \"memory\") 1))")]
    public async Task Deploy_ModuleThatCannotRun_Is422(string module) =>
        (await Server.DeployAsync("bad-module", "wasm", module)).ShouldFail(422, "invalid_wasm");

    [Fact]
    public async Task Deploy_TruncatedBinaryModule_Is422() =>
        (await Server.SendAsync(HttpMethod.Post, "/deploy?name=bad-binary&lang=wasm", [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0, 1, 200]))
            .ShouldFail(422, "invalid_wasm");

    [Fact]
    public async Task Invoke_MissingFunction_Is404()
    {
        (await Server.InvokeAsync("nobody")).ShouldFail(404, "function_not_found");
        (await Server.GetAsync("/fn/nobody/")).ShouldFail(404, "function_not_found");
        (await Server.GetAsync("/function/nobody")).ShouldFail(404, "function_not_found");
    }

    [Fact]
    public async Task Invoke_WithoutFunction_Is400() =>
        (await Server.SendAsync(HttpMethod.Post, "/invoke", [])).ShouldFail(400, "bad_request");

    [Theory]
    [InlineData("/invoke?fn=ok-413")]
    [InlineData("/deploy?name=ok-413&lang=html")]
    [InlineData("/fn/ok-413/")]
    public async Task Body_AnnouncedOverTheLimit_Is413(string path)
    {
        await Server.DeployedAsync("ok-413", "wasm", Sources.Ok);
        using var client = await Server.ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000000\r\n\r\n");
        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("""{"ok":false,"error":"payload_too_large",""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ChunkedOverTheLimit_Is413()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--max-body", "1KiB");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        using var client = await server.ConnectAsync();
        await client.SendAsync($"POST /invoke?fn=ok HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n{new string('x', 0x800)}\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        (await server.InvokeAsync("ok")).ShouldSucceed();
    }

    [Fact]
    public async Task Deploy_ArchiveOfAnUnknownLanguage_Is400() =>
        (await Server.SendAsync(HttpMethod.Post, "/deploy?name=bad&lang=cobol", new byte[1024], ("Content-Type", "application/x-tar"))).ShouldFail(400, "unknown_language");

    [Theory]
    [InlineData("1\r\nx\r\n0\r\nX: a\u00ffb")]
    [InlineData("1\r\nx\r\n0\r\nX: a\0b")]
    [InlineData("ffffffffffffffff\r\nx")]
    [InlineData("7fffffff9\r\nx")]
    public async Task Body_WithMalformedChunks_IsNoFailureOfTheServer(string chunks)
    {
        await Server.DeployedAsync("ok-trailer", "wasm", Sources.Ok);
        using var client = await Server.ConnectAsync();
        await client.SendAsync($"POST /invoke?fn=ok-trailer HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}\r\n\r\n");
        Assert.DoesNotContain("HTTP/1.1 500", await client.ReadToEndAsync(), StringComparison.Ordinal);
        (await Server.InvokeAsync("ok-trailer")).ShouldSucceed();
    }

    [Fact]
    public async Task Request_ThatIsNoHttp_IsRefusedAndOthersAreServed()
    {
        using var client = await Server.ConnectAsync();
        await client.SendAsync("\0\u0001\u0002 nonsense\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
        (await Server.GetAsync("/healthz")).ShouldSucceed();
    }
}
