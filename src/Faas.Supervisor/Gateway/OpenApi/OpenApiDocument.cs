using System.Buffers;
using System.Text.Json;
using Faas.Supervisor.Access;

namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document, put together from the endpoints' metadata. What they share is added here: the token, what
/// the guard answers, and what a body can cause.
/// </summary>
internal static class OpenApiDocument
{
    // What an endpoint for any method is shown with.
    private static readonly string[] s_anyMethod = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly ApiAnswer[] s_guarded =
    [
        ApiAnswer.Fail(403, "A web page's request, or a token without the scope", ErrorCodes.Forbidden),
    ];

    private static readonly ApiAnswer[] s_authorized =
    [
        ApiAnswer.Fail(401, "No token, or one that the server does not know", ErrorCodes.Unauthorized),
        ApiAnswer.Fail(429, "Too many requests for --rate-limit; Retry-After says when to try again", ErrorCodes.RateLimited),
    ];

    private static readonly ApiAnswer s_unknownParameter = ApiAnswer.Fail(400, "A parameter is unknown, or given twice", ErrorCodes.BadRequest);

    private static readonly ApiAnswer[] s_withBody =
    [
        ApiAnswer.Fail(408, "The body came too slowly", ErrorCodes.RequestTimeout),
        ApiAnswer.Fail(413, "The body is larger than --max-body, or than this endpoint takes", ErrorCodes.PayloadTooLarge),
    ];

    /// <summary>Writes it as UTF-8 JSON.</summary>
    public static byte[] Write(IEnumerable<Endpoint> endpoints)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("openapi"u8, "3.1.1");
        json.WriteStartObject("info"u8);
        json.WriteString("title"u8, "MiniFaas");
        json.WriteString("version"u8, typeof(OpenApiDocument).Assembly.GetName().Version?.ToString(fieldCount: 3));
        json.WriteString("description"u8, "Functions on one machine: deploy a source file, invoke it, look after it.");
        json.WriteEndObject();
        json.WriteStartObject("paths"u8);
        var routes = endpoints.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<ApiOperation>() != ApiOperation.Page);
        foreach (var path in routes.GroupBy(PathOf))
        {
            json.WriteStartObject(path.Key);
            foreach (var route in path)
            {
                var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? s_anyMethod;
                foreach (var method in methods)
                {
                    WriteOperation(json, route, method, isOnly: methods.Count == 1);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteComponents(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string PathOf(RouteEndpoint route)
    {
        var path = route.Metadata.GetMetadata<ApiOperation>()?.Path ?? route.RoutePattern.RawText!;
        return path.StartsWith('/') ? path : "/" + path;
    }

    private static void WriteOperation(Utf8JsonWriter json, RouteEndpoint route, string method, bool isOnly)
    {
        json.WriteStartObject(method.ToLowerInvariant());
        if (route.Metadata.GetMetadata<ApiOperation>() is not { } operation)
        {
            // The test of the document names it.
            json.WriteBoolean("x-undescribed"u8, true);
            json.WriteStartObject("responses"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            return;
        }

        var scope = route.Metadata.GetMetadata<ScopeRequirement>()?.Scope ?? AccessScopes.Admin;
        var isOpen = scope == AccessScopes.None;
        json.WriteString("operationId"u8, isOnly ? operation.Id : operation.Id + char.ToUpperInvariant(method[0]) + method[1..].ToLowerInvariant());
        json.WriteStartArray("tags"u8);
        json.WriteStringValue(operation.Tag);
        json.WriteEndArray();
        json.WriteString("summary"u8, operation.Summary);
        var needs = isOpen ? "" : $"Where tokens are required: scope `{AccessToken.FormatScopes(scope)}`.";
        json.WriteString("description"u8, $"{operation.Description} {needs}".Trim());
        if (!isOpen)
        {
            WriteSecurity(json);
        }

        WriteParameters(json, operation, PathOf(route));
        var takesBody = operation.Body is not null && method is not ("GET" or "DELETE");
        if (takesBody)
        {
            WriteBody(json, operation.Body!);
        }

        ApiAnswer[] answers = [.. operation.Answers, .. operation.TakesAnyQuery ? [] : new[] { s_unknownParameter }, .. s_guarded, .. isOpen ? [] : s_authorized, .. takesBody ? s_withBody : []];
        json.WriteStartObject("responses"u8);
        foreach (var status in answers.GroupBy(answer => answer.Status).OrderBy(status => status.Key))
        {
            WriteAnswer(json, [.. status]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A token, or none where the server requires none.
    private static void WriteSecurity(Utf8JsonWriter json)
    {
        json.WriteStartArray("security"u8);
        json.WriteStartObject();
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteStartArray("token"u8);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteParameters(Utf8JsonWriter json, ApiOperation operation, string path)
    {
        if (operation.Parameters.Count == 0)
        {
            return;
        }

        json.WriteStartArray("parameters"u8);
        foreach (var parameter in operation.Parameters)
        {
            var isInPath = path.Contains($"{{{parameter.Name}}}", StringComparison.Ordinal);
            json.WriteStartObject();
            json.WriteString("name"u8, parameter.Name);
            json.WriteString("in"u8, isInPath ? "path" : "query");
            json.WriteString("description"u8, parameter.Description);
            json.WriteBoolean("required"u8, parameter.Required);
            json.WriteStartObject("schema"u8);
            if (parameter.Repeated)
            {
                json.WriteString("type"u8, "array");
                json.WriteStartObject("items"u8);
            }

            json.WriteString("type"u8, parameter.Type);
            if (parameter.Words.Count > 0)
            {
                json.WriteStartArray("enum"u8);
                foreach (var word in parameter.Words)
                {
                    json.WriteStringValue(word);
                }

                json.WriteEndArray();
            }

            if (parameter.Repeated)
            {
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBody(Utf8JsonWriter json, string description)
    {
        json.WriteStartObject("requestBody"u8);
        json.WriteString("description"u8, description);
        json.WriteStartObject("content"u8);
        json.WriteStartObject("application/octet-stream"u8);
        json.WriteEndObject();
        json.WriteStartObject("text/plain"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, ApiAnswer[] answers)
    {
        var codes = answers.SelectMany(answer => answer.Codes).ToArray();
        json.WriteStartObject(answers[0].Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("description"u8, string.Join("; or: ", answers.Select(answer => answer.Description)));
        json.WriteStartObject("content"u8);
        json.WriteStartObject(answers[0].ContentType);
        json.WriteStartObject("schema"u8);
        if (codes.Length > 0)
        {
            WriteFailure(json, codes);
        }
        else if (answers[0].ContentType == "application/json")
        {
            WriteObject(json, answers[0].Properties);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, string[] codes)
    {
        json.WriteStartArray("allOf"u8);
        json.WriteStartObject();
        json.WriteString("$ref"u8, "#/components/schemas/Failure");
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type"u8, "object");
        json.WriteStartObject("properties"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, "string");
        json.WriteStartArray("enum"u8);
        foreach (var code in codes)
        {
            json.WriteStringValue(code);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter json, IReadOnlyList<(string Name, string Type)> properties)
    {
        json.WriteString("type"u8, "object");
        json.WriteStartObject("properties"u8);
        foreach (var (name, type) in properties.Prepend(("ok", "boolean")))
        {
            json.WriteStartObject(name);
            json.WriteString("type"u8, type);
            if (type == "array")
            {
                json.WriteStartObject("items"u8);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartObject("components"u8);
        json.WriteStartObject("schemas"u8);
        json.WriteStartObject("Failure"u8);
        WriteObject(json, [("error", "string"), ("message", "string")]);
        json.WriteStartArray("required"u8);
        foreach (var name in (ReadOnlySpan<string>)["ok", "error", "message"])
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("securitySchemes"u8);
        json.WriteStartObject("token"u8);
        json.WriteString("type"u8, "http");
        json.WriteString("scheme"u8, "bearer");
        json.WriteString("description"u8, "A token of the server's token file: minifaas token new");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
