namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary><c>GET /openapi.json</c>: the API's description, put together at the first question.</summary>
internal sealed class OpenApiEndpoint(IEndpointRouteBuilder routes)
{
    private readonly Lazy<byte[]> _document = new(() => OpenApiDocument.Write(routes.DataSources.SelectMany(source => source.Endpoints)));

    public Task HandleAsync(HttpContext context)
    {
        var document = _document.Value;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Length;
        return context.Response.BodyWriter.WriteAsync(document, context.RequestAborted).AsTask();
    }
}
