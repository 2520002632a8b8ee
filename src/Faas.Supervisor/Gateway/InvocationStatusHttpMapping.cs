using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary>The only place where the end of an invocation becomes HTTP; its stable code is <see cref="InvocationEnds.CodeOf"/>.</summary>
internal static class InvocationStatusHttpMapping
{
    /// <summary>nginx's number for a client that closed first; nobody is left to read it.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>Status code of an end.</summary>
    public static int Map(InvocationEnd end) => end switch
    {
        InvocationEnd.Ok => StatusCodes.Status200OK,
        InvocationEnd.FunctionFailed or InvocationEnd.Trap or InvocationEnd.MemoryLimit or InvocationEnd.OutputLimit or InvocationEnd.InternalError =>
            StatusCodes.Status500InternalServerError,
        InvocationEnd.Timeout => StatusCodes.Status504GatewayTimeout,
        InvocationEnd.Cancelled => ClientClosedRequest,
        InvocationEnd.InvalidModule => StatusCodes.Status422UnprocessableEntity,
        InvocationEnd.RuntimeMissing => StatusCodes.Status501NotImplemented,
        InvocationEnd.WorkerCrashed => StatusCodes.Status502BadGateway,
        InvocationEnd.ShuttingDown or InvocationEnd.NoWorker or InvocationEnd.StorageFailed => StatusCodes.Status503ServiceUnavailable,
        InvocationEnd.QueueFull => StatusCodes.Status429TooManyRequests,
        InvocationEnd.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "no such end"),
    };
}
