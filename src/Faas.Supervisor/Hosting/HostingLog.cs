namespace Faas.Supervisor.Hosting;

/// <summary>Event ids 4950 to 4999.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(4950, LogLevel.Information, "The certificate {Path} was read again; it is good until {NotAfter:u}")]
    internal static partial void CertificateRead(ILogger logger, string path, DateTime notAfter);

    [LoggerMessage(4951, LogLevel.Warning, "The changed certificate {Path} cannot be used, the old one stays: {Reason}")]
    internal static partial void CertificateRefused(ILogger logger, string path, string reason);

    [LoggerMessage(4952, LogLevel.Warning, "What the first deploy needs could not be prepared; that deploy will do it")]
    internal static partial void WarmUpFailed(ILogger logger, Exception exception);
}
