using System.Text.Json;
using System.Text.Json.Serialization;

namespace Faas.Supervisor.Functions;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(FunctionMetadata))]
internal sealed partial class FunctionJsonContext : JsonSerializerContext;
