using System.Globalization;
using System.Text;

namespace Faas.Load;

/// <summary>Builds requests once, as the bytes that go to the socket.</summary>
public static class HttpRequestBytes
{
    /// <summary>A POST of <paramref name="body"/> to <paramref name="target"/> (path and query, already escaped).</summary>
    public static byte[] Post(string host, string target, ReadOnlySpan<byte> body, string? token = null)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {target} HTTP/1.1\r\nHost: {host}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}Content-Length: {body.Length}\r\n\r\n");
        var bytes = new byte[head.Length + body.Length];
        Encoding.ASCII.GetBytes(head, bytes);
        body.CopyTo(bytes.AsSpan(head.Length));
        return bytes;
    }

    /// <summary>The invocation of a function by name or id.</summary>
    public static byte[] Invoke(string host, string function, ReadOnlySpan<byte> body, string? token = null)
        => Post(host, "/invoke?fn=" + Uri.EscapeDataString(function), body, token);
}
