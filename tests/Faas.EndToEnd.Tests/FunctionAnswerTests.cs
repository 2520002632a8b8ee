using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What a function writes under <c>/fn/</c> and what arrives: bytes, statuses and ends, the same each time.</summary>
public sealed class FunctionAnswerTests(SharedServer shared)
{
    // Writes its input, in pieces of as many bytes as the query says with a flush after each, and ends with the code behind it.
    private const string Say = """
        import os, sys
        piece, _, code = os.environ["QUERY_STRING"].partition(",")
        said = sys.stdin.buffer.read()
        for at in range(0, len(said), int(piece)):
            sys.stdout.buffer.write(said[at:at + int(piece)])
            sys.stdout.buffer.flush()
        sys.exit(int(code or 0))
        """;

    private MiniFaasServer Server => shared.Server;

    [Theory]
    [InlineData("Status: 204\n\n\n", "204 No Content", "")]
    [InlineData("Status: 205\n\nreset", "205 Reset Content", "")]
    [InlineData("Status: 304\nETag: \"x\"\n\nold", "304 Not Modified", "")]
    [InlineData("Status: 201\n\nmade", "201 Created", "made")]
    [InlineData("Location: /there\n\n", "302 Found", "")]
    [InlineData("Status: 206\nContent-Range: bytes 0-1/5\n\nab", "206 Partial Content", "ab")]
    [InlineData("title: Report\ndate: 2026\n\nSecond paragraph", "200 OK", "title: Report\ndate: 2026\n\nSecond paragraph")]
    public async Task Answer_IsTheSameInOneWriteAndInManyAndLeavesTheConnectionUsable(string said, string status, string body)
    {
        await Server.DeployedAsync("say", "python", Say);
        using var client = await Server.ConnectAsync();
        for (var piece = 1; piece <= 1000; piece += 999)
        {
            await client.SendAsync(Request("POST", $"/fn/say?{piece}", said));
        }

        await client.SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        var answers = (await client.ReadToEndAsync()).Split("HTTP/1.1 ")[1..];
        Assert.Equal(3, answers.Length);
        Assert.All(answers[..2], answer =>
        {
            Assert.StartsWith(status + "\r\n", answer, StringComparison.Ordinal);
            Assert.Equal(body, BodyOf(answer));
        });
        Assert.StartsWith("200 OK\r\n", answers[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Disposition: attachment; filename=\"\u00c3\u00a9t\u00c3\u00a9.txt\"")] // UTF-8
    [InlineData("X-Name: caf\u00e9")] // ISO 8859-1
    [InlineData("Location: /\u00c3\u00a9")]
    [InlineData("X!#$%&'*+-.^_`|~: token")]
    public async Task Header_BeyondAscii_ArrivesByteForByte(string header)
    {
        await Server.DeployedAsync("say", "python", Say);
        using var client = await Server.ConnectAsync();
        await client.SendAsync(Request("POST", "/fn/say?1000", $"Status: 200\n{header}\n\nbody", "Connection: close\r\n"));
        Assert.Contains($"\r\n{header}\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Bad: a\u0001b", "X-Bad")]
    [InlineData("X-Bad: a\rX-Other: b", "X-Bad")]
    [InlineData("Status: 103", "Status")]
    [InlineData("Status: 999", "Status")]
    public async Task Header_ThatHttpCannotCarry_Is502AndNamed(string header, string name)
    {
        await Server.DeployedAsync("say", "python", Say);
        var answer = await Server.SendAsync(HttpMethod.Post, "/fn/say?1000", Encoding.Latin1.GetBytes($"Content-Type: text/plain\n{header}\n\nbody"));
        Assert.Contains($"'{name}'", answer.ShouldFail(502, "invalid_header").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_OfOutputWithoutAHead_IsAlwaysAnErrorAnswer()
    {
        await Server.DeployedAsync("say", "python", Say);
        for (var i = 0; i < 40; i++)
        {
            (await Server.SendAsync(HttpMethod.Post, "/fn/say?3,3", "partial"u8.ToArray())).ShouldFail(500, "function_failed");
        }
    }

    [Fact]
    public async Task Failure_AfterMuchOutputWithoutAHead_CutsTheConnection()
    {
        await Server.DeployedAsync("say", "python", Say);
        using var client = await Server.ConnectAsync();
        await client.SendAsync(Request("POST", "/fn/say?4096,3", new string('x', 200_000)));
        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_AfterAHead_LeavesThePageAndIsInTheLog()
    {
        await Server.DeployedAsync("say-fails", "python", Say);
        using var client = await Server.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            await client.SendAsync(Request("POST", "/fn/say-fails?5,3", "Status: 404\n\nnot here"));
        }

        await client.SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        var answers = (await client.ReadToEndAsync()).Split("HTTP/1.1 ")[1..];
        Assert.Equal(11, answers.Length);
        Assert.All(answers[..10], answer =>
        {
            Assert.StartsWith("404 Not Found\r\n", answer, StringComparison.Ordinal);
            Assert.Equal("not here", BodyOf(answer));
        });
        var log = await Server.GetAsync("/function/say-fails/logs?tail=100");
        Assert.Contains("function_failed", log.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_TellsTheFunctionsLengthAndNothingElse()
    {
        await Server.DeployedAsync("say-length", "python", "print('Content-Type: a/b\\nContent-Length: 4321\\n')");
        using var client = await Server.ConnectAsync();
        await client.SendAsync("HEAD /fn/say-length HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        var answers = (await client.ReadToEndAsync()).Split("HTTP/1.1 ")[1..];
        Assert.Equal(2, answers.Length);
        Assert.Contains("\r\nContent-Length: 4321\r\n", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatExpects100_GetsItAndItsAnswer()
    {
        await Server.DeployedAsync("say", "python", Say);
        using var client = await Server.ConnectAsync();
        await client.SendAsync("POST /fn/say?1000 HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
        await client.ReadUntilAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("said");
        Assert.EndsWith("\r\n\r\nsaid", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static string Request(string method, string path, string body, string headers = "") =>
        $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}";

    // Of one answer, whole: as it is, or without the lengths of its chunks.
    private static string BodyOf(string answer)
    {
        var (head, body) = (answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)], answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        if (!head.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
        {
            return body;
        }

        var content = new StringBuilder();
        while (true)
        {
            var end = body.IndexOf("\r\n", StringComparison.Ordinal);
            var length = Convert.ToInt32(body[..end], 16);
            if (length == 0)
            {
                return content.ToString();
            }

            content.Append(body, end + 2, length);
            body = body[(end + 2 + length + 2)..];
        }
    }
}
