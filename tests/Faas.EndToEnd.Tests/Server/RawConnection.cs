using System.Net.Sockets;
using System.Text;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>A client that does exactly what it is told, byte by byte.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly StringBuilder _received = new();

    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        var connection = new RawConnection();
        using var limit = new CancellationTokenSource(Patience.Limit);
        await connection._socket.ConnectAsync(server.Host, server.Port, limit.Token);
        return connection;
    }

    public async Task SendAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent), limit.Token);
        }
    }

    /// <summary>Reads until what has come so far holds the text, and returns all of it.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (!_received.ToString().Contains(text, StringComparison.Ordinal))
        {
            Assert.True(await ReceiveAsync(), $"the connection ended before '{text}' came: {_received}");
        }

        return _received.ToString();
    }

    /// <summary>Reads until the other side ends the connection, and returns all that came.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        return _received.ToString();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Patience.Limit);
        try
        {
            var count = await _socket.ReceiveAsync(buffer, limit.Token);
            _received.Append(Encoding.Latin1.GetString(buffer.AsSpan(0, count)));
            return count > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"nothing more came within {Patience.Limit.TotalSeconds} s after: {_received}");
        }
    }
}
