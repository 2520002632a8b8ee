using System.Text.Json.Serialization;

namespace MiniFaas.Client;

/// <summary>The profiles of this user, as the file has them.</summary>
internal sealed class ProfileBook
{
    /// <summary>The profile commands take when nothing names a server; null for none.</summary>
    [JsonPropertyName("current")]
    public string? Current { get; set; }

    [JsonPropertyName("profiles")]
    public SortedDictionary<string, Profile> Profiles { get; init; } = new(StringComparer.Ordinal);
}
