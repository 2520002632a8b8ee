using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniFaas.Client;

/// <summary>Generated, so that a client command does not pay for reflection.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
