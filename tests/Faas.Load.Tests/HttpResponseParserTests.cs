using System.Text;
using CsCheck;

namespace Faas.Load.Tests;

public sealed class HttpResponseParserTests
{
    private const string Plain = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\nDate: x\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n1a;name=value\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\n";
    private const string Interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
    private const string Refused = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 52\r\n\r\n{\"ok\":false,\"error\":\"queue_full\",\"message\":\"busy\"}  ";

    private static readonly string[] s_responses = [Plain, Chunked, Interim, Refused];

    public static TheoryData<string, int> Whole => new() { { Plain, 200 }, { Chunked, 200 }, { Interim, 204 }, { Refused, 429 } };

    public static TheoryData<string> NoResponses =>
    [
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
    ];

    [Theory]
    [MemberData(nameof(Whole))]
    public void Parse_SplitAtEveryByte_EndsWhereTheResponseDoes(string response, int status)
    {
        for (var split = 0; split <= response.Length; split++)
        {
            Assert.Equal((HttpParseOutcome.Complete, status, response.Length), Feed(response, [split]));
        }
    }

    [Fact]
    public void Parse_AnySplits_EndsWhereTheResponseDoes() =>
        Gen.Select(Gen.Int[0, s_responses.Length - 1].Select(index => s_responses[index]), Gen.Int[0, 120].Array[0, 8])
            .Sample((response, splits) => Feed(response, splits) is (HttpParseOutcome.Complete, _, var used) && used == response.Length);

    [Fact]
    public void Parse_TwoResponses_StopsAfterTheFirst()
    {
        var parser = default(HttpResponseParser);
        Assert.Equal(HttpParseOutcome.Complete, parser.Parse(Encoding.ASCII.GetBytes(Plain + Plain), out var consumed));
        Assert.Equal(Plain.Length, consumed);
        Assert.True(parser.IsAtStart);
    }

    [Fact]
    public void ErrorCode_FailureEnvelope_IsTheStableCode()
    {
        var parser = default(HttpResponseParser);
        parser.Parse(Encoding.ASCII.GetBytes(Refused), out _);
        Assert.Equal("queue_full", parser.ErrorCode());
    }

    [Fact]
    public void ErrorCode_OtherFailure_IsTheStatus()
    {
        var parser = default(HttpResponseParser);
        parser.Parse("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8, out _);
        Assert.Equal("http_404", parser.ErrorCode());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true)]
    public void KeepAlive_ByVersionAndHeader(string response, bool expected)
    {
        var parser = default(HttpResponseParser);
        Assert.Equal(HttpParseOutcome.Complete, parser.Parse(Encoding.ASCII.GetBytes(response), out _));
        Assert.Equal(expected, parser.KeepAlive);
    }

    [Fact]
    public void Parse_WithoutLength_EndsWithTheConnection()
    {
        var parser = default(HttpResponseParser);
        Assert.Equal(HttpParseOutcome.NeedsMore, parser.Parse("HTTP/1.1 200 OK\r\n\r\nanything"u8, out _));
        Assert.True(parser.EndsWithConnection);
    }

    [Theory]
    [MemberData(nameof(NoResponses))]
    public void Parse_NoResponse_IsMalformed(string bytes)
    {
        var parser = default(HttpResponseParser);
        Assert.Equal(HttpParseOutcome.Malformed, parser.Parse(Encoding.ASCII.GetBytes(bytes), out _));
    }

    private static (HttpParseOutcome Outcome, int Status, int Consumed) Feed(string response, int[] splits)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        var parser = default(HttpResponseParser);
        var total = 0;
        var outcome = HttpParseOutcome.NeedsMore;
        foreach (var end in splits.Append(bytes.Length).Select(split => Math.Min(split, bytes.Length)).Order())
        {
            if (outcome == HttpParseOutcome.Complete)
            {
                break;
            }

            outcome = parser.Parse(bytes.AsSpan(total, end - total), out var consumed);
            total += consumed;
        }

        return (outcome, parser.Status, total);
    }
}
