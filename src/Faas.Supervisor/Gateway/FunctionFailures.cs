using System.Text;
using System.Text.Json;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>Answers about a function that is not there or did not end well.</summary>
internal static class FunctionFailures
{
    // Enough to see how far it came; the rest is noise in an error.
    private const int MaxOutputBytes = 4 * 1024;

    public static Task NotFoundAsync(HttpContext context, string nameOrId) => Answers.FailAsync(
        context,
        StatusCodes.Status404NotFound,
        ErrorCodes.FunctionNotFound,
        $"no function '{nameOrId}': GET /functions lists those there are");

    public static Task SendAsync(HttpContext context, PendingInvocation pending)
    {
        var (statusCode, code) = InvocationStatusHttpMapping.Map(pending.Status);
        return Answers.FailAsync(context, statusCode, code, Describe(pending), json => WriteDetails(json, pending));
    }

    // Each message names the limit that fired and the knob that moves it.
    public static string Describe(PendingInvocation pending)
    {
        var function = pending.Request.Function;
        var limits = function.Limits;
        return pending.Status switch
        {
            InvocationStatus.FunctionFailed => $"{function.Id} ended with exit code {pending.ExitCode}{Because(pending)}",
            InvocationStatus.Trap => $"{function.Id} trapped{Because(pending)}",
            InvocationStatus.Timeout =>
                $"{function.Id} ran longer than its timeout of {limits.Timeout.TotalMilliseconds:0} ms: deploy it with a larger timeout=ms, or start with --timeout",
            InvocationStatus.MemoryLimit =>
                $"{function.Id} asked for more than its {limits.MemoryBytes >> 20} MiB of memory: deploy it with a larger memory=MiB, or start with --memory",
            InvocationStatus.OutputLimit =>
                $"{function.Id} wrote more than its {limits.OutputBytes} bytes of output: start with a larger --max-output",
            InvocationStatus.WorkerCrashed =>
                $"the worker that ran {function.Id} ended{Because(pending)}: it may have run in part; a function deployed with idempotent=true is retried",
            InvocationStatus.ShuttingDown => "the server is ending",
            _ => pending.Message ?? $"{function.Id} could not be run",
        };
    }

    private static string Because(PendingInvocation pending) => pending.Message is { } message ? $": {message}" : "";

    private static void WriteDetails(Utf8JsonWriter json, PendingInvocation pending)
    {
        if (pending.Status is InvocationStatus.FunctionFailed)
        {
            json.WriteNumber("exitCode"u8, pending.ExitCode);
        }

        if (pending.Error.Length > 0)
        {
            json.WriteString("stderr"u8, Encoding.UTF8.GetString(pending.Error.Span));
        }

        if (pending.Output.Length > 0)
        {
            var output = pending.Output.Span;
            json.WriteString("output"u8, Encoding.UTF8.GetString(output[..Math.Min(output.Length, MaxOutputBytes)]));
        }
    }
}
