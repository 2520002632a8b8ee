namespace Faas.Supervisor.Ingress;

internal static partial class IngressLog
{
    [LoggerMessage(4280, LogLevel.Warning, "A connection to the ingress socket was ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string reason);

    [LoggerMessage(4281, LogLevel.Error, "An invocation of the ingress socket failed")]
    public static partial void InvocationFailed(ILogger logger, Exception exception);
}
