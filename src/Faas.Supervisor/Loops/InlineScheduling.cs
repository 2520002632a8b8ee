using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Faas.Supervisor.Loops;

/// <summary>
/// Runs what a socket event causes on the thread that received the event, for the gateway's sockets as for the workers':
/// a request is parsed, placed and sent to its worker, and a worker's answers are written to their clients, without a
/// hand-over to the thread pool. The price: nothing on the invocation path may block, and endpoints that do (files,
/// compilers) leave that thread first (<see cref="Gateway.Offload"/>).
/// </summary>
internal static class InlineScheduling
{
    // System.Net.Sockets reads both once, at the first asynchronous operation of the process; there are no other switches.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string ThreadCount = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>To be called before the first socket is used. An operator's own setting wins.</summary>
    public static void Prepare()
    {
        SetUnlessSet(InlineCompletions, "1");
        // The other half of the processors is for the workers: on two, one thread served 63,000 to 66,000 invocations a
        // second where two served 58,000 to 63,000.
        SetUnlessSet(ThreadCount, Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>True when a socket's events are handled on the thread that receives them; .NET takes no other word for yes.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable(InlineCompletions) == "1";

    /// <summary>How many threads receive events.</summary>
    public static int Threads =>
        int.TryParse(Environment.GetEnvironmentVariable(ThreadCount), CultureInfo.InvariantCulture, out var count) && count > 0 ? count : 1;

    public static void Apply(SocketTransportOptions options) => options.UnsafePreferInlineScheduling = true;

    private static void SetUnlessSet(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
