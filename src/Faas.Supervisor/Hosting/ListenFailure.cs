using System.Net;

namespace Faas.Supervisor.Hosting;

/// <summary>Why the gateway's port cannot be had, in one line with the remedy.</summary>
internal static class ListenFailure
{
    public static StartupFailureException Explain(IPEndPoint endpoint, Exception exception) =>
        new($"cannot listen on {endpoint}: {exception.Message}", "choose another address with --http ADDR:PORT", innerException: exception);
}
