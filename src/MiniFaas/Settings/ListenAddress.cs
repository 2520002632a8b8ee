using System.Globalization;
using System.Net;

namespace MiniFaas.Settings;

/// <summary>Where to listen: <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:8080</c>, <c>*:8080</c> (every address), <c>8080</c> or <c>:8080</c> (loopback).</summary>
internal static class ListenAddress
{
    public const string Rule = "must be ADDRESS:PORT, like 127.0.0.1:8080, [::1]:8080 or *:8080 (port 0 picks a free one)";

    public static bool TryParse(string text, out IPEndPoint endpoint)
    {
        endpoint = new IPEndPoint(IPAddress.Loopback, 0);
        text = text.Trim();
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        IPAddress? address;
        if (host is "" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = IPAddress.Loopback;
        }
        else if (host is "*")
        {
            address = IPAddress.Any;
        }
        else if (host.StartsWith('[') && host.EndsWith(']'))
        {
            _ = IPAddress.TryParse(host[1..^1], out address);
        }
        else if (!IPAddress.TryParse(host, out address) || host.Contains(':') || host.Split('.').Length != 4)
        {
            // Without brackets an IPv6 address and a port cannot be told apart; "1" and "127.1" are addresses only to inet_aton.
            return false;
        }

        if (address is null)
        {
            return false;
        }

        endpoint = new IPEndPoint(address, port);
        return true;
    }
}
