using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>Why an invocation got no worker, in the words of every door: HTTP and the ingress socket.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">What happened and what to do.</param>
internal readonly record struct Refusal(int StatusCode, string Code, string Message)
{
    /// <param name="status">Not <see cref="DispatchStatus.Sent"/>.</param>
    /// <param name="pending">What was refused; nothing of it is kept.</param>
    public static Refusal Of(DispatchStatus status, PendingInvocation pending) => status switch
    {
        DispatchStatus.QueueFull => new(
            StatusCodes.Status429TooManyRequests,
            ErrorCodes.QueueFull,
            "every slot is taken and as many wait as may: retry later, or start with more --workers, --slots or --queue"),
        DispatchStatus.NoWorker => new(
            StatusCodes.Status503ServiceUnavailable,
            ErrorCodes.NoWorker,
            $"no worker can run {pending.Request.Function.Id}: its backend is {pending.Request.Function.Backend ?? "any"}"),
        DispatchStatus.ShuttingDown => new(StatusCodes.Status503ServiceUnavailable, ErrorCodes.ShuttingDown, "the server is ending"),
        DispatchStatus.Refused => Failure(pending),
        _ => new(InvocationStatusHttpMapping.ClientClosedRequest, ErrorCodes.Cancelled, "the caller went away"),
    };

    private static Refusal Failure(PendingInvocation pending)
    {
        var (statusCode, code) = InvocationStatusHttpMapping.Map(pending.Status);
        return new Refusal(statusCode, code, FunctionFailures.Describe(pending));
    }
}
