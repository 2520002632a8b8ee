namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary>A parameter of the query, or a part of the path.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Type">Of JSON Schema: <c>string</c>, <c>integer</c>, <c>boolean</c>.</param>
/// <param name="Description">For people.</param>
internal sealed record ApiParameter(string Name, string Type, string Description)
{
    public bool Required { get; init; }

    /// <summary>True: may be given more than once.</summary>
    public bool Repeated { get; init; }

    /// <summary>The words it takes; empty: any.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}
