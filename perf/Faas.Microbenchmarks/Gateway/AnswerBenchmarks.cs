using BenchmarkDotNet.Attributes;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Faas.Microbenchmarks.Gateway;

/// <summary>The gateway's JSON: what an invocation answers, into a response that goes nowhere.</summary>
public class AnswerBenchmarks
{
    private readonly DefaultHttpContext _context = new();
    private byte[] _output = [];

    /// <summary>Length of the function's output.</summary>
    [Params(17, 4096, 65536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        _output = new byte[Bytes];
        _output.AsSpan().Fill((byte)'x');
        _output[^1] = (byte)'\n'; // one thing to escape, as in most outputs
    }

    [Benchmark]
    public long? Output()
    {
        Check(Answers.SendAsync(_context, StatusCodes.Status200OK, _output, static (json, output) =>
        {
            json.WriteBoolean("ok"u8, true);
            json.WriteString("output"u8, output);
        }));
        return _context.Response.ContentLength;
    }

    [Benchmark]
    public long? Refusal()
    {
        Check(Answers.FailAsync(_context, StatusCodes.Status429TooManyRequests, ErrorCodes.QueueFull, "the queue is full: try again later, or raise --queue"));
        return _context.Response.ContentLength;
    }

    private static void Check(Task sent)
    {
        if (!sent.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("the answer was not written at once");
        }
    }
}
