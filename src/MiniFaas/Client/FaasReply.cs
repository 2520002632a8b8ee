using System.Text.Json;

namespace MiniFaas.Client;

/// <summary>An answer of the server: JSON, <c>"ok"</c> says how it went.</summary>
internal sealed record FaasReply(int Status, byte[] Body, JsonElement Json)
{
    /// <summary>Where the time of an invocation went, for people; null when the answer carries no receipt.</summary>
    public string? Receipt { get; init; }

    public bool IsOk => Status is >= 200 and < 300;

    /// <summary>Reads a body; one that is no JSON object (a proxy's page) counts as an empty one.</summary>
    public static FaasReply Parse(int status, byte[] body)
    {
        JsonElement json = default;
        try
        {
            json = JsonSerializer.Deserialize(body, ClientJsonContext.Default.JsonElement);
        }
        catch (JsonException)
        {
            // Status and reason phrase are all there is to say; Text and Number answer null.
        }

        return new FaasReply(status, body, json);
    }

    public string? Text(string name) => Member(Json, name);

    public static string? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Null or JsonValueKind.Undefined => null,
                _ => value.GetRawText(),
            }
            : null;
}
