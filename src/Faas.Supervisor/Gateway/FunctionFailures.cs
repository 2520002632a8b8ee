using System.Text;
using System.Text.Json;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary>Answers about a function that is not there or did not end well.</summary>
internal static class FunctionFailures
{
    // Enough to see how far it came; the rest is noise in an error.
    private const int MaxOutputBytes = 4 * 1024;

    // One second: within it a slot becomes free, unless every function that runs takes longer than that.
    private const string RetryAfterSeconds = "1";

    public static Task NotFoundAsync(HttpContext context, string nameOrId) => Answers.FailAsync(
        context,
        StatusCodes.Status404NotFound,
        ErrorCodes.FunctionNotFound,
        $"no function '{nameOrId}': GET /functions lists those there are");

    public static Task SendAsync(HttpContext context, Invocation invocation)
    {
        if (invocation is { End: InvocationEnd.Cancelled, WasSent: false })
        {
            // The client has gone: nobody reads an answer.
            context.Abort();
            return Task.CompletedTask;
        }

        if (invocation.End == InvocationEnd.QueueFull)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return Answers.FailAsync(
            context,
            InvocationStatusHttpMapping.Map(invocation.End),
            InvocationEnds.CodeOf(invocation.End),
            InvocationEnds.Describe(invocation),
            invocation.WasSent ? json => WriteDetails(json, invocation) : null);
    }

    private static void WriteDetails(Utf8JsonWriter json, Invocation invocation)
    {
        if (invocation.End == InvocationEnd.FunctionFailed)
        {
            json.WriteNumber("exitCode"u8, invocation.ExitCode);
        }

        if (invocation.Error.Length > 0)
        {
            json.WriteString("stderr"u8, Encoding.UTF8.GetString(invocation.Error.Span));
        }

        if (invocation.Output.Length > 0)
        {
            var output = invocation.Output.Span;
            json.WriteString("output"u8, Encoding.UTF8.GetString(output[..Math.Min(output.Length, MaxOutputBytes)]));
        }
    }
}
