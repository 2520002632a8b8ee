using System.Net;

namespace Faas.Supervisor.Access;

/// <summary>
/// Which <c>Host</c> headers name this server. A page whose DNS name was pointed at the loopback address after it was
/// loaded (DNS rebinding) counts as same-origin for its browser; only the name it uses gives it away.
/// </summary>
/// <param name="listening">Where the gateway listens.</param>
/// <param name="names">Further names, without ports.</param>
internal sealed class HostRules(IPAddress listening, IReadOnlyList<string> names)
{
    // Clients say the same all the time; only what was found good is kept here.
    private volatile string? _lastGood;

    /// <param name="host">The header's value; empty when there was none, which no browser does.</param>
    public bool Allows(string host)
    {
        if (string.Equals(host, _lastGood, StringComparison.Ordinal))
        {
            return true;
        }

        if (host.Length > 0 && !IsOwn(NameOf(host)))
        {
            return false;
        }

        _lastGood = host;
        return true;
    }

    /// <summary>True for one of the names the operator gave.</summary>
    public bool IsGivenName(string host)
    {
        foreach (string name in names)
        {
            if (NameOf(host).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOwn(ReadOnlySpan<char> name)
    {
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (IPAddress.TryParse(name, out var address))
        {
            // An address is no name that somebody's DNS could point elsewhere.
            bool isAny = listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any);
            return isAny || IPAddress.IsLoopback(address) || address.Equals(listening);
        }

        return IsGivenName(name.ToString());
    }

    // RFC 9110, 7.2: uri-host [":" port]; an IPv6 address is in brackets.
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> host)
    {
        int colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
        {
            host = host[..colon];
        }

        return host is ['[', .. var inner, ']'] ? inner : host.TrimEnd('.');
    }
}
