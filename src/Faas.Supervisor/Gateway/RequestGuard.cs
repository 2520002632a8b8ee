using Faas.Supervisor.Access;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Options;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Decides who may ask at all, before any endpoint runs. Three kinds of callers are refused: a web page in somebody's
/// browser that reaches for the gateway (by a foreign Host, Origin or Sec-Fetch-Site), where tokens are required whoever
/// has none, and where there is a limit whoever asks too often. Costs three header look-ups for a client that is no
/// browser, and no allocation.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, HostRules? hosts, TokenTable? tokens)
{
    private const string FetchSite = "Sec-Fetch-Site";
    private const string Scheme = "Bearer ";

    /// <summary>Pages of which other origins are let in; null: of none.</summary>
    public CorsRules? Cors { get; init; }

    /// <summary>How often a caller may ask; null: as often as it likes.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>Whose functions may answer pages of other sites themselves (<see cref="FunctionCors"/>); null: none does.</summary>
    public FunctionStore? Functions { get; init; }

    /// <summary>
    /// A page cannot know a token, so where one is required the Host is looked at only when the operator gave names.
    /// </summary>
    public static RequestGuard Create(RequestDelegate next, SupervisorOptions options, FunctionStore functions)
    {
        var tokens = options.TokenFile is { } path ? TokenTable.Load(path) : null;
        bool checksHost = tokens is null || options.AllowedHosts.Count > 0 || System.Net.IPAddress.IsLoopback(options.HttpEndpoint.Address);
        return new RequestGuard(next, checksHost ? new HostRules(options.HttpEndpoint.Address, options.AllowedHosts) : null, tokens)
        {
            Cors = options.CorsOrigins.Count > 0 ? new CorsRules(options.CorsOrigins) : null,
            Rate = options.RateLimit is { } rate ? new RateLimit(rate) : null,
            Functions = functions,
        };
    }

    public Task HandleAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var host = headers.Host.ToString(); // a trusted proxy's word for it has taken its place
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
        if ((origin.Count > 0 || site.Count > 0) && AnswersPagesItself(context.Request))
        {
            // A browser sends no token with a preflight; the function that asked for them is run without.
            return tokens is null || CorsAnswer.IsPreflight(context.Request) ? AdmitAsync(context, token: null) : AuthorizeAsync(context, tokens);
        }

        if (Cors is not null && origin.Count > 0 && Cors.Allows(origin.ToString()))
        {
            if (CorsAnswer.TryComplete(context, origin.ToString()))
            {
                return Task.CompletedTask;
            }
        }
        else if ((origin.Count > 0 && !IsOwn(origin.ToString(), host, context.Request.IsHttps)) || (site.Count > 0 && IsOtherSite(site.ToString())))
        {
            var request = context.Request;
            if (!((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Path.StartsWithSegments("/fn")))
            {
                return Answers.FailAsync(
                    context,
                    StatusCodes.Status403Forbidden,
                    ErrorCodes.Forbidden,
                    "a page of another site may not use this API; it may only GET what is under /fn/, or use a function deployed with cors=function");
            }
        }

        return tokens is null ? AdmitAsync(context, token: null) : AuthorizeAsync(context, tokens);
    }

    private bool AnswersPagesItself(HttpRequest request)
    {
        if (Functions is null || !request.Path.StartsWithSegments("/fn", out var rest) || rest.Value is not ['/', .. var path])
        {
            return false;
        }

        var end = path.IndexOf('/', StringComparison.Ordinal);
        return Functions.TryResolve(end < 0 ? path : path.AsSpan(0, end), out var function) && FunctionCors.IsOwn(function);
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

        return AdmitAsync(context, token.Name);
    }

    // Probes are not counted.
    private Task AdmitAsync(HttpContext context, string? token) =>
        Rate is null || context.GetEndpoint()?.Metadata.GetMetadata<ScopeRequirement>() is { Scope: AccessScopes.None }
            ? next(context)
            : Rate.HandleAsync(context, token, next);

    // Without TLS, our own or that of a trusted proxy, https is own only under a name the operator gave: then something in
    // front ends it. On localhost it is another server.
    private bool IsOwn(ReadOnlySpan<char> origin, string host, bool isHttps)
    {
        const string Http = "http://";
        const string Https = "https://";
        return origin.StartsWith(Http, StringComparison.Ordinal)
            ? !isHttps && origin[Http.Length..].Equals(host, StringComparison.OrdinalIgnoreCase)
            : origin.StartsWith(Https, StringComparison.Ordinal)
                && (isHttps || hosts?.IsGivenName(host) == true)
                && origin[Https.Length..].Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    // Fetch Metadata: "none" is the user's own doing, "same-origin" ours; any other word, also a future one, is not.
    private static bool IsOtherSite(string site) => site is not ("same-origin" or "none");
}
