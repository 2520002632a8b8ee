using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Faas.Supervisor.Access;
using Microsoft.AspNetCore.Connections;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Bounds connections below the process's limit of open files, so that whoever opens them without end takes neither a
/// worker's socket nor a deploy's file; and those of one address, so that the others find room. One too many is answered
/// 503 and closed.
/// </summary>
/// <param name="most">Of all addresses.</param>
/// <param name="mostOfOne">Of one; proxies that are trusted are many in one and not counted.</param>
/// <param name="proxies">Those; null: none.</param>
internal sealed class ConnectionLimit(int most, int mostOfOne, TrustedProxies? proxies)
{
    private static readonly byte[] s_refusal = Refusal();

    private readonly ConcurrentDictionary<IPAddress, int> _ofOne = new();
    private const int MostRefusing = 64;
    private static readonly TimeSpan s_longestRefusal = TimeSpan.FromMilliseconds(500);

    private int _all;
    private int _refusing;

    /// <summary>Connections that are served now.</summary>
    public int Count => Volatile.Read(ref _all);

    /// <summary>Goes before everything else of a listener.</summary>
    /// <param name="next">What serves the connection.</param>
    /// <param name="isPlain">False: the client expects TLS, in which nothing can be said yet.</param>
    public ConnectionDelegate Guard(ConnectionDelegate next, bool isPlain) => async connection =>
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address is { } remote ? ForwardingHeaders.Plain(remote) : IPAddress.None;
        if (!TryEnter(address))
        {
            await RefuseAsync(connection, isPlain);
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    };

    /// <returns>False: there are as many as may be.</returns>
    internal bool TryEnter(IPAddress address)
    {
        if (Interlocked.Increment(ref _all) > most)
        {
            Interlocked.Decrement(ref _all);
            return false;
        }

        if (_ofOne.AddOrUpdate(address, 1, static (_, count) => count + 1) <= mostOfOne || proxies?.Trusts(address) == true)
        {
            return true;
        }

        Leave(address);
        return false;
    }

    /// <summary>Once for each that entered.</summary>
    internal void Leave(IPAddress address)
    {
        Interlocked.Decrement(ref _all);

        // An entry whose count is 0 goes, unless somebody has come meanwhile.
        if (_ofOne.AddOrUpdate(address, 0, static (_, count) => count - 1) == 0)
        {
            _ofOne.TryRemove(KeyValuePair.Create(address, 0));
        }
    }

    // Closed with its request unread, TCP would take the answer back: some are waited for, no more than the reserve bears.
    private async Task RefuseAsync(ConnectionContext connection, bool isPlain)
    {
        try
        {
            if (isPlain && Interlocked.Increment(ref _refusing) <= MostRefusing)
            {
                using var limit = new CancellationTokenSource(s_longestRefusal, TimeProvider.System);
                await connection.Transport.Output.WriteAsync(s_refusal, limit.Token);
                var request = await connection.Transport.Input.ReadAsync(limit.Token);
                connection.Transport.Input.AdvanceTo(request.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // It has gone, or says nothing.
        }
        finally
        {
            Interlocked.Add(ref _refusing, isPlain ? -1 : 0);
        }
    }

    private static byte[] Refusal()
    {
        const string Body = $$"""{"ok":false,"error":"{{ErrorCodes.TooManyConnections}}","message":"as many connections are open as may be: retry later, or start with a larger --max-connections"}""";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\nRetry-After: 1\r\nConnection: close\r\n\r\n{Body}");
    }
}
