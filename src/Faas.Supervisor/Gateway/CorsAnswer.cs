namespace Faas.Supervisor.Gateway;

/// <summary>What a browser is told so that it lets a page of an allowed origin see the answer.</summary>
internal static class CorsAnswer
{
    private const string PreflightAgeSeconds = "600";

    /// <summary>True when a browser asks whether it may send a request (Fetch Standard, "CORS-preflight request").</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Adds the headers, and answers a preflight.</summary>
    /// <returns>True when that was all.</returns>
    public static bool TryComplete(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.Vary = "Origin";
        if (!IsPreflight(context.Request))
        {
            headers.AccessControlExposeHeaders = "Server-Timing, X-Faas-Invocation, X-Faas-Worker, Location, Retry-After, WWW-Authenticate";
            return false;
        }

        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, traceparent, tracestate";
        headers.AccessControlMaxAge = PreflightAgeSeconds;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }
}
