namespace Faas.Supervisor.Gateway;

/// <summary>Log messages of the gateway: ids 4200 to 4249.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(4200, LogLevel.Error, "A request to {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string? path);

    [LoggerMessage(4202, LogLevel.Error, "A request to {Path} was refused by the disk: {Reason}")]
    public static partial void StorageFailed(ILogger logger, string? path, string reason);

    [LoggerMessage(4201, LogLevel.Debug, "The client of {Path} went away ({Reason})")]
    public static partial void ClientGone(ILogger logger, string? path, string reason);
}
