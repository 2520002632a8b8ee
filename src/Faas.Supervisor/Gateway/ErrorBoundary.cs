using Faas.Supervisor.Functions;
using Microsoft.AspNetCore.Http.Features;

namespace Faas.Supervisor.Gateway;

/// <summary>Turns what nobody answered into an answer of the API's form: bad requests, missing paths, defects.</summary>
internal sealed class ErrorBoundary(RequestDelegate next, long maxBodyBytes, ILogger logger)
{
    // What a call of usual length gives back meanwhile.
    private const string RetryAfterSeconds = "1";

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted)
            {
                await AnswerUnansweredAsync(context);
            }
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var code = exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => ErrorCodes.PayloadTooLarge,
                StatusCodes.Status408RequestTimeout => ErrorCodes.RequestTimeout,
                _ => ErrorCodes.BadRequest,
            };
            await Answers.FailAsync(context, exception.StatusCode, code, exception.Message + Remedy(context, exception.StatusCode));
        }
        catch (BodiesFullException exception) when (!context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            await Answers.FailAsync(context, StatusCodes.Status429TooManyRequests, ErrorCodes.BodiesFull, exception.Message);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to tell.
            GatewayLog.ClientGone(logger, context.Request.Path.Value, exception.GetType().Name);
        }
        catch (StorageFailedException exception) when (!context.Response.HasStarted)
        {
            GatewayLog.StorageFailed(logger, context.Request.Path.Value, exception.Message);
            await Answers.FailAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                ErrorCodes.StorageFailed,
                "the disk or the system refused it, and nothing was changed: see the server's log, and whether the disk is full or read-only, or open files are used up");
        }
        catch (Exception exception)
        {
            GatewayLog.RequestFailed(logger, exception, context.Request.Path.Value);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            await Answers.FailAsync(
                context, StatusCodes.Status500InternalServerError, ErrorCodes.InternalError, "the server failed; its log has the cause");
        }
    }

    // Where the endpoint's own limit is the lesser, the option moves nothing.
    private string Remedy(HttpContext context, int statusCode) =>
        statusCode != StatusCodes.Status413PayloadTooLarge ? ""
        : context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } most && most < maxBodyBytes ? $" Here it is at most {most} bytes."
        : " Start with a larger --max-body.";

    // Routing leaves these two to the server, which would send them without a body.
    private static Task AnswerUnansweredAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => Answers.FailAsync(
            context,
            StatusCodes.Status405MethodNotAllowed,
            ErrorCodes.MethodNotAllowed,
            $"{context.Request.Path} does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}"),
        StatusCodes.Status404NotFound => Answers.FailAsync(
            context,
            StatusCodes.Status404NotFound,
            ErrorCodes.NotFound,
            $"nothing is at {context.Request.Path}: try /deploy, /invoke, /fn/NAME, /functions, /function/NAME (/versions, /rollback, /traffic, /schedule, /logs, /activity), /invocations, /invocation/ID, /secrets, /metrics, /status, /strategy, /events, /openapi.json, /docs, /healthz or /readyz"),
        _ => Task.CompletedTask,
    };
}
