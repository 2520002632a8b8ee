using Faas.Supervisor.Access;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Decides who may ask at all, before any endpoint runs. Two kinds of callers are refused: a web page in somebody's
/// browser that reaches for the gateway (by a foreign Host, Origin or Sec-Fetch-Site), and, where tokens are required,
/// whoever has none. Costs three header look-ups for a client that is no browser, and no allocation.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, HostRules? hosts, TokenTable? tokens)
{
    private const string FetchSite = "Sec-Fetch-Site";
    private const string Scheme = "Bearer ";

    /// <summary>
    /// A page cannot know a token, so where one is required the Host is looked at only when the operator gave names.
    /// </summary>
    public static RequestGuard Create(RequestDelegate next, SupervisorOptions options)
    {
        var tokens = options.TokenFile is { } path ? TokenTable.Load(path) : null;
        bool checksHost = tokens is null || options.AllowedHosts.Count > 0 || System.Net.IPAddress.IsLoopback(options.HttpEndpoint.Address);
        return new RequestGuard(next, checksHost ? new HostRules(options.HttpEndpoint.Address, options.AllowedHosts) : null, tokens);
    }

    public Task HandleAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var host = headers.Host.ToString();
        if (hosts is not null && !hosts.Allows(host))
        {
            return Answers.FailAsync(
                context,
                StatusCodes.Status403Forbidden,
                ErrorCodes.Forbidden,
                $"this server does not go by the name '{host}': use its address or localhost, or start it with --allow-host NAME");
        }

        var origin = headers.Origin;
        var site = headers[FetchSite];
        if ((origin.Count > 0 && !IsOwn(origin.ToString(), host)) || (site.Count > 0 && IsOtherSite(site.ToString())))
        {
            var request = context.Request;
            if (!((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Path.StartsWithSegments("/fn")))
            {
                return Answers.FailAsync(
                    context,
                    StatusCodes.Status403Forbidden,
                    ErrorCodes.Forbidden,
                    "a page of another site may not use this API; it may only GET what is under /fn/");
            }
        }

        return tokens is null ? next(context) : AuthorizeAsync(context, tokens);
    }

    private Task AuthorizeAsync(HttpContext context, TokenTable known)
    {
        var scope = context.GetEndpoint()?.Metadata.GetMetadata<ScopeRequirement>();
        if (scope is { Scope: AccessScopes.None })
        {
            return next(context);
        }

        var given = context.Request.Headers.Authorization.ToString();
        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            // RFC 6750, 3.1: without credentials no error code.
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"minifaas\"";
            return Answers.FailAsync(
                context, StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, "send a token: Authorization: Bearer TOKEN");
        }

        if (known.Find(given.AsSpan(Scheme.Length).Trim()) is not { } token)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"minifaas\", error=\"invalid_token\"";
            return Answers.FailAsync(
                context, StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, "this token is not in the server's token file");
        }

        if (scope is not null && !token.Allows(scope.Scope))
        {
            var needed = AccessToken.FormatScopes(scope.Scope);
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"minifaas\", error=\"insufficient_scope\", scope=\"{needed}\"";
            return Answers.FailAsync(
                context, StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, $"the token {token.Name} lacks the scope {needed}");
        }

        return next(context);
    }

    // https is own only under a name the operator gave: then something in front ends TLS. On localhost it is another server.
    private bool IsOwn(ReadOnlySpan<char> origin, string host)
    {
        const string Http = "http://";
        const string Https = "https://";
        return origin.StartsWith(Http, StringComparison.Ordinal)
            ? origin[Http.Length..].Equals(host, StringComparison.OrdinalIgnoreCase)
            : origin.StartsWith(Https, StringComparison.Ordinal)
                && hosts?.IsGivenName(host) == true
                && origin[Https.Length..].Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    // Fetch Metadata: "none" is the user's own doing, "same-origin" ours; any other word, also a future one, is not.
    private static bool IsOtherSite(string site) => site is not ("same-origin" or "none");
}
