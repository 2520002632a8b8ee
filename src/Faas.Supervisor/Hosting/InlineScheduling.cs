using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Faas.Supervisor.Hosting;

/// <summary>
/// Runs what a socket event causes on the thread that received the event, for the gateway's sockets as for the workers':
/// a request is parsed, placed and sent to its worker, and a worker's answers are written to their clients, without a
/// hand-over to the thread pool. The price: nothing on the invocation path may block, and endpoints that do (files,
/// compilers) leave that thread first (<see cref="Gateway.Offload"/>).
/// </summary>
internal static class InlineScheduling
{
    // System.Net.Sockets reads it once, at the first asynchronous operation of the process; there is no other switch.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>To be called before the first socket is used. An operator's own setting wins.</summary>
    public static void Prepare()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }
    }

    public static void Apply(SocketTransportOptions options) => options.UnsafePreferInlineScheduling = true;
}
