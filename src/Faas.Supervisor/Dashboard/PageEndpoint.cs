using Microsoft.Net.Http.Headers;

namespace Faas.Supervisor.Dashboard;

/// <summary>
/// <c>GET /</c> and <c>GET /assets/…</c>: the page itself. It holds no secrets, so it needs no token; what it shows, it asks
/// the API for.
/// </summary>
internal sealed class PageEndpoint
{
    // No inline script, no inline style, nothing from elsewhere, in nobody's frame.
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // Half a megabyte that most servers never need: read when somebody looks for the first time.
    private readonly Lazy<DashboardAssets> _assets = new(() => DashboardAssets.Load(typeof(PageEndpoint).Assembly));

    public Task IndexAsync(HttpContext context) => SendAsync(context, DashboardAssets.IndexPath);

    public Task AssetAsync(HttpContext context) => SendAsync(context, "assets/" + (string)context.GetRouteValue("file")!);

    private async Task SendAsync(HttpContext context, string path)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (_assets.Value.Find(path) is not { } asset)
        {
            if (path == DashboardAssets.IndexPath)
            {
                response.StatusCode = StatusCodes.Status501NotImplemented;
                response.ContentType = "text/plain; charset=utf-8";
                await response.WriteAsync(
                    $"The dashboard is not part of this build: {_assets.Value.LeftOut ?? "it was not bundled"}. Everything else works.\n", context.RequestAborted);
            }
            else
            {
                response.StatusCode = StatusCodes.Status404NotFound;
            }

            return;
        }

        var (coding, bytes) = asset.Choose(context.Request.Headers.AcceptEncoding.ToString());
        var tag = coding == "br" ? asset.EntityTag : $"{asset.EntityTag[..^1]}-{coding ?? "identity"}\"";
        headers.CacheControl = asset.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ETag = tag;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = asset.ContentType;
        response.ContentLength = bytes.Length;
        if (coding is not null)
        {
            headers.ContentEncoding = coding;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
