using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Faas.Baselines;

/// <summary>
/// A bare Kestrel endpoint: reads the request's body and answers the JSON that <c>/invoke</c> of C hello answers.
/// No routing, no logging, no serializer. Prints <c>listening http://127.0.0.1:PORT</c> when it can be called.
/// </summary>
internal static class KestrelBaseline
{
    /// <summary>What <c>/invoke</c> of the C hello example answers, byte for byte.</summary>
    private const string HelloBody = """{"ok":true,"output":"Hello from FAAS!\n"}""";

    public static async Task<int> RunAsync(string[] args)
    {
        var port = int.Parse(ValueOf(args, "--port") ?? "0", CultureInfo.InvariantCulture);
        var receipt = args.Contains("--receipt");
        var body = BodyOf(int.Parse(ValueOf(args, "--body-bytes") ?? "0", CultureInfo.InvariantCulture));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024; // the largest payload of the load tests is 4 MiB
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, body, receipt));
        await app.StartAsync();
        Console.WriteLine($"listening {app.Urls.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context, byte[] body, bool receipt)
    {
        var reader = context.Request.BodyReader;
        ReadResult read;
        do
        {
            read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (receipt)
        {
            // Constants of the usual length: what the receipt costs in bytes, without the clock readings behind it.
            response.Headers["X-Faas-Invocation"] = "00000000000f4240";
            response.Headers["X-Faas-Worker"] = "1";
            response.Headers["Server-Timing"] = "queue;dur=0.001, send;dur=0.010, load;dur=0.000, run;dur=0.006, total;dur=0.060, start;desc=warm, pick;desc=RR";
        }

        await response.BodyWriter.WriteAsync(body);
    }

    private static byte[] BodyOf(int bytes)
    {
        // An output of the asked length in the same envelope; 0 is the hello itself.
        var text = bytes == 0 ? HelloBody : $$"""{"ok":true,"output":"{{new string('x', bytes)}}"}""";
        return System.Text.Encoding.UTF8.GetBytes(text);
    }

    private static string? ValueOf(string[] args, string option)
    {
        var index = Array.IndexOf(args, option);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
