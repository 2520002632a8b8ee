using System.Net;
using System.Net.Sockets;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// Where an end may be told. Loopback, or a host that the operator named. What counts is the address that is connected
/// to, looked at after the name was resolved: a name that means something else by then (DNS rebinding) gains nothing.
/// </summary>
internal sealed class CallbackRules(bool allowLoopback, IReadOnlyList<string> hosts)
{
    /// <summary>By the text alone, when it is asked for.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public string? Check(string text, out Uri? callback)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out callback)
            || callback.Scheme is not ("http" or "https")
            || callback.UserInfo.Length > 0
            || callback.Fragment.Length > 0)
        {
            return "callback is an absolute http or https URL without a user or a fragment";
        }

        return IsNamed(callback.IdnHost) || (allowLoopback && IsLoopbackName(callback.IdnHost))
            ? null
            : $"this server does not call back '{callback.IdnHost}': start it with --allow-callback {callback.IdnHost}";
    }

    /// <summary>Connects to an address of the host that may be connected to.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint end, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(end.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => Allows(end.Host, address));
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"'{end.Host}' means no address that may be called back");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, end.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a host may be reached at an address.</summary>
    internal bool Allows(string host, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IsLoopbackName(host))
        {
            return IPAddress.IsLoopback(plain) && (allowLoopback || IsNamed(host));
        }

        // A foreign name never means this machine, nor a link's own addresses, where clouds keep their credentials.
        return IsNamed(host)
            && !IPAddress.IsLoopback(plain)
            && !plain.Equals(IPAddress.Any)
            && !plain.Equals(IPAddress.IPv6Any)
            && !plain.IsIPv6LinkLocal
            && !plain.IsIPv6Multicast
            && !(plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..] or [0, ..] or [>= 224, ..]);
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private bool IsNamed(string host) => hosts.Contains(host.Trim('[', ']'), StringComparer.OrdinalIgnoreCase);
}
