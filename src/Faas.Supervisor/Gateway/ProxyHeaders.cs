using Faas.Supervisor.Access;
using Faas.Supervisor.Options;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Gives a request that a trusted proxy passed on the address, scheme and host that its client saw, before anybody looks
/// at them. What is not believed is taken away, so that no function believes it either: all of it from a peer that is not
/// trusted, and from each the family that was not chosen.
/// </summary>
internal sealed class ProxyHeaders(RequestDelegate next, TrustedProxies proxies, bool isForwarded)
{
    /// <summary>What goes before <paramref name="next"/>; that itself where no proxy is trusted.</summary>
    public static RequestDelegate Create(RequestDelegate next, SupervisorOptions options) => options.TrustedProxies.Count == 0
        ? next
        : new ProxyHeaders(next, new TrustedProxies(options.TrustedProxies), options.ProxyHeaders == SupervisorOptions.ForwardedFamily).HandleAsync;

    public Task HandleAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isTrusted = context.Connection.RemoteIpAddress is { } peer && proxies.Trusts(peer);
        if (!isForwarded || !isTrusted)
        {
            headers.Remove(ForwardingHeaders.Forwarded);
        }

        if (isForwarded || !isTrusted)
        {
            // With those that nobody reads here but functions might: -Port, -Prefix, -Server, …
            foreach (var name in headers.Keys.Where(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)).ToArray())
            {
                headers.Remove(name);
            }
        }

        if (isTrusted)
        {
            Believe(context, isForwarded
                ? ForwardingHeaders.ReadForwarded(Joined(headers, ForwardingHeaders.Forwarded))
                : ForwardingHeaders.ReadFamilyOfX(
                    Joined(headers, ForwardingHeaders.For), Joined(headers, ForwardingHeaders.Proto), Joined(headers, ForwardingHeaders.Host)));
        }

        return next(context);
    }

    private static string Joined(IHeaderDictionary headers, string name) => headers[name] is { Count: > 0 } values ? string.Join(',', values.ToArray()) : "";

    private void Believe(HttpContext context, List<ForwardingHop> hops)
    {
        var client = proxies.Resolve(context.Connection.RemoteIpAddress!, hops);
        if (!client.For!.Equals(context.Connection.RemoteIpAddress))
        {
            context.Connection.RemoteIpAddress = client.For;
            context.Connection.RemotePort = 0; // nobody tells it
        }

        context.Request.Scheme = client.Proto ?? context.Request.Scheme;
        if (client.Host is { } host)
        {
            context.Request.Host = new HostString(host);
        }
    }
}
