using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniFaas.Client;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProfileBook))]
internal sealed partial class ProfileJsonContext : JsonSerializerContext;
