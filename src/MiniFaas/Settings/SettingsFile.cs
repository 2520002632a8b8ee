using System.Text.Json;

namespace MiniFaas.Settings;

/// <summary>
/// The configuration file: one JSON object whose members are settings, comments and trailing commas allowed. Lists may be arrays
/// (<c>"weights": [3, 1]</c>), counts objects (<c>"backend": {"wasmtime": 3, "wasmer": 1}</c>).
/// </summary>
internal static class SettingsFile
{
    public const string DefaultName = "minifaas.json";

    /// <summary>Reads it; what is wrong with it goes to <paramref name="problems"/>, one line each.</summary>
    public static List<SettingValue> Read(string path, List<string> problems)
    {
        var values = new List<SettingValue>();
        try
        {
            using FileStream stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"{path}: must be a JSON object, like {{\"workers\": 4}}");
                return values;
            }

            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                // For editors that want to know the schema.
                if (member.Name.StartsWith('$'))
                {
                    continue;
                }

                if (SettingCatalog.Find(member.Name) is not { } setting)
                {
                    problems.Add($"{path}: \"{member.Name}\" is not a setting; known: {string.Join(", ", SettingCatalog.All.Select(s => s.Name))}");
                }
                else if (Text(member.Value) is { } text)
                {
                    string value = setting.IsPath ? Path.Combine(folder, text) : text;
                    values.Add(new SettingValue(setting, value, $"{path}: \"{member.Name}\": {member.Value.GetRawText()}"));
                }
            }
        }
        catch (JsonException exception)
        {
            problems.Add($"{path}: line {exception.LineNumber + 1}: not valid JSON: {exception.Message.Split(" LineNumber", 2)[0]}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: {exception.Message}");
        }

        return values;
    }

    // null members count as not there.
    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Text)),
        JsonValueKind.Object => string.Join(',', value.EnumerateObject().Select(member => $"{member.Name}={Text(member.Value)}")),
        _ => value.GetRawText(),
    };
}
