namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary>
/// Endpoint metadata: what <c>/openapi.json</c> tells about an endpoint. Every endpoint has one beside its route; those
/// that serve pages to people have <see cref="Page"/>. What all endpoints share (401, 403, 408, 413, 429) is added by
/// <see cref="OpenApiDocument"/>; a test walks the document and asks for an exercise of each status named.
/// </summary>
/// <param name="Id">Name for generated clients; unique.</param>
/// <param name="Tag">Group in the page.</param>
/// <param name="Summary">One line.</param>
internal sealed record ApiOperation(string Id, string Tag, string Summary)
{
    /// <summary>For what a browser shows: no part of the API.</summary>
    public static readonly ApiOperation Page = new("", "", "");

    public string Description { get; init; } = "";

    /// <summary>The path, where the route's pattern says it otherwise; null: the pattern.</summary>
    public string? Path { get; init; }

    /// <summary>Parts of the path and parameters of the query.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>True: the query is the function's, and nothing of it is refused.</summary>
    public bool TakesAnyQuery { get; init; }

    /// <summary>What the body is; null: there is none.</summary>
    public string? Body { get; init; }

    public IReadOnlyList<ApiAnswer> Answers { get; init; } = [];
}
