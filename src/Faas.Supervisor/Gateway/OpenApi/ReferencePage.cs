using System.IO.Compression;
using System.Reflection;
using System.Text;
using Scalar.AspNetCore;

namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary>
/// <c>GET /docs</c>: an interactive page for the document, drawn by Scalar. Its script comes out of the package's own
/// assembly, read when somebody looks; our page around it loads nothing from elsewhere, and its policy forbids that.
/// </summary>
internal static class ReferencePage
{
    // Compressed by gzip in the package.
    private const string ScriptResource = "ScalarStaticAssets.scalar.js";

    // Scalar sets styles from its script; everything else is files of this server.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>MiniFaas API</title>
          <link rel="icon" href="data:,">
        </head>
        <body>
          <div id="reference"></div>
          <script src="/docs/scalar.js"></script>
          <script src="/docs/start.js"></script>
        </body>
        </html>

        """;

    // Without these it would ask for fonts, offer its makers' services and report its use.
    private const string Start = """
        Scalar.createApiReference("#reference", {
          url: "/openapi.json",
          withDefaultFonts: false,
          telemetry: false,
          defaultOpenAllTags: true,
          hideClientButton: true,
          showDeveloperTools: "never",
          agent: { disabled: true },
          mcp: { disabled: true },
        });

        """;

    private static readonly Lazy<byte[]> s_script = new(ReadScript);

    public static Task IndexAsync(HttpContext context) => SendAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Html));

    public static Task StartAsync(HttpContext context) => SendAsync(context, "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(Start));

    public static async Task ScriptAsync(HttpContext context)
    {
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await SendAsync(context, "text/javascript; charset=utf-8", s_script.Value);
            return;
        }

        using var plain = new MemoryStream();
        await using var gzip = new GZipStream(new MemoryStream(s_script.Value), CompressionMode.Decompress);
        await gzip.CopyToAsync(plain, context.RequestAborted);
        await SendAsync(context, "text/javascript; charset=utf-8", plain.ToArray());
    }

    private static Task SendAsync(HttpContext context, string contentType, byte[] content)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.Vary = "Accept-Encoding";
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        return context.Response.BodyWriter.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static byte[] ReadScript()
    {
        Assembly package = typeof(ScalarOptions).Assembly;
        using var stream = package.GetManifestResourceStream(ScriptResource)
            ?? throw new InvalidOperationException($"{ScriptResource} is not in {package.FullName}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
