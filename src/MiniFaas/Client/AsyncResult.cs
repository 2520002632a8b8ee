using System.Text;

namespace MiniFaas.Client;

/// <summary>An asynchronous invocation seen from outside.</summary>
internal static class AsyncResult
{
    // Soon at first, since most functions are quick; then it is a matter of patience, not of milliseconds.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <summary>Asks until it has ended; the last answer, also when that is a failure to answer.</summary>
    public static async Task<FaasReply> WaitAsync(FaasClient client, string id, CancellationToken cancellationToken)
    {
        TimeSpan pause = s_firstPause;
        while (true)
        {
            FaasReply reply = await client.SendAsync(HttpMethod.Get, "/invocation/" + Uri.EscapeDataString(id), body: null, cancellationToken);
            if (!reply.IsOk || reply.Text("state") is not ("queued" or "running" or "failed"))
            {
                return reply;
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    /// <summary>What the function wrote, byte for byte.</summary>
    public static byte[] Output(FaasReply reply)
    {
        var bytes = new byte[reply.Text("outputBase64")?.Length ?? 0];
        return reply.Text("outputBase64") is { } base64 && Convert.TryFromBase64String(base64, bytes, out int count)
            ? bytes[..count]
            : Encoding.UTF8.GetBytes(reply.Text("output") ?? "");
    }
}
