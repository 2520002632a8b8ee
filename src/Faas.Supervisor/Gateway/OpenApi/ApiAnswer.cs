namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary>One status that an operation answers with.</summary>
internal sealed record ApiAnswer
{
    public required int Status { get; init; }

    public required string Description { get; init; }

    /// <summary>Stable codes of a failure; empty: it is none.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    public string ContentType { get; init; } = "application/json";

    /// <summary>Properties of the JSON object besides <c>ok</c>: name and JSON type.</summary>
    public IReadOnlyList<(string Name, string Type)> Properties { get; init; } = [];

    /// <summary>200 with a JSON object that begins with <c>"ok":true</c>.</summary>
    public static ApiAnswer Ok(string description, params (string Name, string Type)[] properties) =>
        new() { Status = StatusCodes.Status200OK, Description = description, Properties = properties };

    /// <summary>202 with such an object.</summary>
    public static ApiAnswer Accepted(string description, params (string Name, string Type)[] properties) =>
        new() { Status = StatusCodes.Status202Accepted, Description = description, Properties = properties };

    /// <summary>200 with something else than such an object.</summary>
    public static ApiAnswer Content(string contentType, string description) =>
        new() { Status = StatusCodes.Status200OK, Description = description, ContentType = contentType };

    /// <summary>A failure in the form of the API.</summary>
    public static ApiAnswer Fail(int status, string description, params string[] codes) =>
        new() { Status = status, Description = description, Codes = codes };
}
