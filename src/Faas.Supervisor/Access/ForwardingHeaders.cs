using System.Net;

namespace Faas.Supervisor.Access;

/// <summary>
/// Reads what proxies add to a request. Two families are in use, and a proxy that writes one passes the other on as its
/// client sent it: so an operator chooses one, and only that one is read.
/// </summary>
internal static class ForwardingHeaders
{
    /// <summary>RFC 7239.</summary>
    public const string Forwarded = "Forwarded";

    public const string For = "X-Forwarded-For";
    public const string Proto = "X-Forwarded-Proto";
    public const string Host = "X-Forwarded-Host";

    // Longer chains than anybody has; what is left of them is not looked at.
    private const int MaxHops = 32;

    /// <summary>The hops of <c>X-Forwarded-*</c>, the nearest last.</summary>
    /// <param name="addresses">Of <see cref="For"/>, all lines joined by commas.</param>
    /// <param name="protos">Of <see cref="Proto"/>: one for each hop, or one alone, which is the nearest proxy's.</param>
    /// <param name="hosts">Of <see cref="Host"/>, likewise.</param>
    public static List<ForwardingHop> ReadFamilyOfX(string addresses, string protos, string hosts)
    {
        var (forAll, protoAll, hostAll) = (Split(addresses, ','), Split(protos, ','), Split(hosts, ','));
        var hops = new List<ForwardingHop>();
        if (forAll.Count == 0 && protoAll.Count + hostAll.Count > 0)
        {
            hops.Add(new ForwardingHop(null, ProtoOf(protoAll.LastOrDefault()), HostOf(hostAll.LastOrDefault())));
        }

        for (var i = 0; i < forAll.Count; i++)
        {
            hops.Add(new ForwardingHop(AddressOf(forAll[i]), ProtoOf(AtHop(protoAll, i, forAll.Count)), HostOf(AtHop(hostAll, i, forAll.Count))));
        }

        return hops;
    }

    /// <summary>The hops of <c>Forwarded</c> (RFC 7239, section 4), the nearest last. A hop that is not well-formed says nothing.</summary>
    /// <param name="value">All lines joined by commas.</param>
    public static List<ForwardingHop> ReadForwarded(string value)
    {
        var hops = new List<ForwardingHop>();
        foreach (var element in Split(value, ','))
        {
            var hop = default(ForwardingHop);
            foreach (var pair in Split(element, ';'))
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                var text = at < 0 ? "" : Unquoted(pair[(at + 1)..]);
                hop = (at < 0 ? "" : pair[..at].ToLowerInvariant()) switch
                {
                    "for" => hop with { For = AddressOf(text) },
                    "proto" => hop with { Proto = ProtoOf(text) },
                    "host" => hop with { Host = HostOf(text) },
                    _ => hop,
                };
            }

            hops.Add(hop);
        }

        return hops;
    }

    /// <summary>Reads <c>192.0.2.1</c>, <c>192.0.2.1:80</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]</c> and <c>[2001:db8::1]:80</c>.</summary>
    public static IPAddress? AddressOf(string node)
    {
        if (node is ['[', ..] && node.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            node = node[1..end];
        }
        else if (node.Count(letter => letter == ':') == 1)
        {
            node = node[..node.IndexOf(':', StringComparison.Ordinal)];
        }

        // No short forms: IPAddress takes "1" for 0.0.0.1.
        return (node.Contains(':', StringComparison.Ordinal) || node.Count(letter => letter == '.') == 3) && IPAddress.TryParse(node, out var address)
            ? Plain(address)
            : null;
    }

    /// <summary>An IPv4 address that came in an IPv6 one, as itself.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string? ProtoOf(string? text) => text?.ToLowerInvariant() is "http" or "https" ? text.ToLowerInvariant() : null;

    private static string? HostOf(string? text) =>
        text is { Length: > 0 and <= 300 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or ':' or '[' or ']') ? text : null;

    private static string? AtHop(List<string> values, int hop, int hops) => values.Count == hops ? values[hop] : hop == hops - 1 ? values.LastOrDefault() : null;

    // Commas and semicolons inside quotes are none. Linear: each letter is looked at once.
    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var isQuoted = false;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\\' && isQuoted)
            {
                i++;
            }
            else if (i < text.Length && text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (i >= text.Length || (text[i] == separator && !isQuoted))
            {
                if (text.AsSpan(start, Math.Min(i, text.Length) - start).Trim() is { IsEmpty: false } part)
                {
                    parts.Add(part.ToString());
                }

                start = i + 1;
            }
        }

        return parts.Count <= MaxHops ? parts : parts[^MaxHops..];
    }

    private static string Unquoted(string text)
    {
        if (text is not ['"', .. var inner, '"'])
        {
            return text;
        }

        var plain = new System.Text.StringBuilder();
        for (var i = 0; i < inner.Length; i++)
        {
            plain.Append(inner[i] == '\\' && i + 1 < inner.Length ? inner[++i] : inner[i]);
        }

        return plain.ToString();
    }
}
