using System.Text.Json;
using System.Text.Json.Serialization;

namespace Faas.Supervisor.Cli.Client;

/// <summary>Generated, so that a client command does not pay for reflection.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ClientJsonContext : JsonSerializerContext;
