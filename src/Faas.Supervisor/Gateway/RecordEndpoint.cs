using System.Globalization;
using Faas.Supervisor.Options;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Recording.Traces;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>POST /lab/record[?seconds=N][&amp;maxBytes=N][&amp;names=true]</c>: the body of the answer is a trace of what the server does while the request is
/// open. Whoever closes it ends the recording, so none can be forgotten; nothing is written on the server.
/// </summary>
internal sealed class RecordEndpoint(TraceTap tap, Scheduler scheduler, SupervisorOptions options, TimeProvider time, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!TryParse(context.Request.Query, out var bounds))
        {
            await Answers.FailAsync(
                context,
                StatusCodes.Status400BadRequest,
                ErrorCodes.BadRequest,
                $"seconds must be above 0 and at most {TraceBounds.MaxTime.TotalSeconds}, maxBytes from {TraceBounds.MinBytes} to {TraceBounds.MaxBytes}, names true or false");
            return;
        }

        if (tap.TryOpen() is not { } ring)
        {
            await Answers.FailAsync(
                context, StatusCodes.Status409Conflict, ErrorCodes.AlreadyRecording, "another recording is under way: end it, or wait for it");
            return;
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            context.Response.ContentType = "application/octet-stream";
            await new TraceRecording(ring, context.Response.BodyWriter, bounds).RunAsync(Header(), end.Token);
        }
        finally
        {
            tap.Close();
        }
    }

    private TraceHeader Header() => new(
        time.GetUtcNow(),
        scheduler.Strategy,
        options.Slots,
        scheduler.MaxQueueLength,
        [.. scheduler.Workers.ToArray().Select(worker => new TraceWorker(worker.Backend, worker.Weight))]);

    private static bool TryParse(IQueryCollection query, out TraceBounds bounds)
    {
        var seconds = TraceBounds.MaxTime.TotalSeconds;
        var bytes = TraceBounds.DefaultBytes;
        var names = false;
        var isGood =
            (query["seconds"].ToString() is not { Length: > 0 } length
                || (double.TryParse(length, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds)
                    && seconds > 0 && seconds <= TraceBounds.MaxTime.TotalSeconds))
            && (query["maxBytes"].ToString() is not { Length: > 0 } size
                || (long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out bytes)
                    && bytes is >= TraceBounds.MinBytes and <= TraceBounds.MaxBytes))
            && (query["names"].ToString() is not { Length: > 0 } flag || bool.TryParse(flag, out names));
        bounds = new TraceBounds(TimeSpan.FromSeconds(seconds), bytes, names);
        return isGood;
    }
}
