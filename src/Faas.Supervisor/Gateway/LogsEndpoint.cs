using System.Buffers;
using System.Globalization;
using System.Threading.Channels;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>GET /function/NAME/logs[?tail=N][&amp;follow=1]</c>: lines of JSON, or with <c>follow</c> server-sent events of one
/// line each until the client goes or the server ends.
/// </summary>
internal sealed class LogsEndpoint(FunctionStore store, FunctionLogStore logs, CancellationToken stopping)
{
    private const int DefaultLines = 100;

    // More than a ring of the smallest lines holds.
    private const int MaxLines = 10_000;

    public async Task HandleAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        if (store.ListVersions(name).Count == 0)
        {
            await FunctionFailures.NotFoundAsync(context, name);
            return;
        }

        var query = context.Request.Query;
        var tail = DefaultLines;
        if (query["tail"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out tail) || tail > MaxLines))
        {
            await Answers.FailAsync(
                context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, $"tail must be a whole number from 0 to {MaxLines}");
            return;
        }

        // What has been answered is in the log.
        await logs.FlushAsync();
        if (query["follow"].ToString() is "" or "0" or "false")
        {
            context.Response.ContentType = "application/jsonl; charset=utf-8";
            foreach (var line in logs.ReadTail(name, tail))
            {
                Write(context, line, "\n"u8);
            }

            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            return;
        }

        await FollowAsync(context, name, tail);
    }

    private async Task FollowAsync(HttpContext context, string name, int tail)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        EventStream.Begin(context.Response);
        var (lines, follower) = logs.Follow(name, tail);
        try
        {
            await SendAsync(context, lines, end.Token);
            while (await follower.Reader.WaitToReadAsync(end.Token))
            {
                lines.Clear();
                while (follower.Reader.TryRead(out var line))
                {
                    lines.Add(line);
                }

                await SendAsync(context, lines, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The usual end.
        }
        finally
        {
            logs.Unfollow(name, follower);
        }
    }

    private static void Write(HttpContext context, byte[] line, ReadOnlySpan<byte> end)
    {
        context.Response.BodyWriter.Write(line);
        context.Response.BodyWriter.Write(end);
    }

    // Flushes also when there are none: the client then knows that it is connected.
    private static async Task SendAsync(HttpContext context, List<byte[]> lines, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            context.Response.BodyWriter.Write("data: "u8);
            Write(context, line, "\n\n"u8);
        }

        await context.Response.BodyWriter.FlushAsync(cancellationToken);
    }
}
