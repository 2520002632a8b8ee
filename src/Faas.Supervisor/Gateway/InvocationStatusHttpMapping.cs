using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Gateway;

/// <summary>The only place where an invocation's status becomes HTTP.</summary>
internal static class InvocationStatusHttpMapping
{
    /// <summary>nginx's number for a client that closed first; nobody is left to read it.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>Status code and stable code of a failed invocation.</summary>
    public static (int StatusCode, string Code) Map(InvocationStatus status) => status switch
    {
        InvocationStatus.FunctionFailed => (StatusCodes.Status500InternalServerError, ErrorCodes.FunctionFailed),
        InvocationStatus.Trap => (StatusCodes.Status500InternalServerError, ErrorCodes.Trap),
        InvocationStatus.Timeout => (StatusCodes.Status504GatewayTimeout, ErrorCodes.Timeout),
        InvocationStatus.MemoryLimit => (StatusCodes.Status500InternalServerError, ErrorCodes.MemoryLimit),
        InvocationStatus.OutputLimit => (StatusCodes.Status500InternalServerError, ErrorCodes.OutputLimit),
        InvocationStatus.Cancelled => (ClientClosedRequest, ErrorCodes.Cancelled),
        InvocationStatus.InvalidModule => (StatusCodes.Status422UnprocessableEntity, ErrorCodes.InvalidWasm),
        InvocationStatus.RuntimeMissing => (StatusCodes.Status501NotImplemented, ErrorCodes.RuntimeMissing),
        InvocationStatus.WorkerCrashed => (StatusCodes.Status502BadGateway, ErrorCodes.WorkerCrashed),
        InvocationStatus.ShuttingDown => (StatusCodes.Status503ServiceUnavailable, ErrorCodes.ShuttingDown),
        // No worker says this: on the ingress socket it comes with a code of its own.
        InvocationStatus.Refused or InvocationStatus.InternalError => (StatusCodes.Status500InternalServerError, ErrorCodes.InternalError),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a failure"),
    };
}
