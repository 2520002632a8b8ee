using System.Net;

namespace Faas.Supervisor.Access;

/// <summary>Which proxies are believed when they say for whom they ask.</summary>
/// <param name="networks">At least one.</param>
internal sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>
    /// Goes back from hop to hop while the one that tells is trusted: the first that is not, seen from here, is the client.
    /// Whatever stands further left was in the request when it came in, and anybody can write that.
    /// </summary>
    /// <param name="peer">Whose connection it is; trusted.</param>
    /// <param name="hops">The nearest last.</param>
    /// <returns>The client, and what the trusted proxy nearest to it said; the address is the last one known where the next is none.</returns>
    public ForwardingHop Resolve(IPAddress peer, IReadOnlyList<ForwardingHop> hops)
    {
        var client = new ForwardingHop(peer, null, null);
        for (var i = hops.Count - 1; i >= 0 && Trusts(client.For!); i--)
        {
            var hop = hops[i];
            client = new ForwardingHop(hop.For ?? client.For, hop.Proto ?? client.Proto, hop.Host ?? client.Host);
            if (hop.For is null)
            {
                break;
            }
        }

        return client;
    }

    public bool Trusts(IPAddress address)
    {
        var plain = ForwardingHeaders.Plain(address);
        foreach (var network in networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, or one address.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(text, out network);
        }

        var address = ForwardingHeaders.AddressOf(text);
        network = address is null ? default : new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
        return address is not null;
    }
}
