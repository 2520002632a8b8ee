using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Faas.Supervisor.Hosting;

/// <summary>Why the gateway's port cannot be had, in one line with the remedy.</summary>
internal static class ListenFailure
{
    public static StartupFailureException Explain(IPEndPoint endpoint, Exception exception)
    {
        const string Remedy = "choose another address with --http ADDR:PORT (port 0 picks a free one)";
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                string holder = PortOwner.Find(endpoint.Port) is { } owner ? $"by {owner}" : "by a process of another user";
                return new($"{endpoint} is in use {holder}", $"end that process, or {Remedy}", innerException: exception);
            }
        }

        return new($"cannot listen on {endpoint}: {exception.Message}", Remedy, innerException: exception);
    }
}
