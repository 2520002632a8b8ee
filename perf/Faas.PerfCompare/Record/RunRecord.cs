using System.Text.Json;
using System.Text.Json.Serialization;

namespace Faas.PerfCompare.Record;

/// <summary>One recorded run: <c>results.json</c> of a folder under <c>perf/results/</c>.</summary>
internal sealed record RunRecord
{
    public const string FileName = "results.json";

    /// <summary>The load engine of this project: what figures are published of.</summary>
    public const string BuiltInDriver = "built in";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Changes when a reader of the old shape would misread the new one.</summary>
    public int Schema { get; init; } = 1;

    /// <summary><c>quick</c>, <c>full</c> or the selection that was run.</summary>
    public required string Mode { get; init; }

    /// <summary>What made the load. Two drivers measure different things, so their figures are never compared. Runs older than this field have the built-in one.</summary>
    public string Driver { get; init; } = BuiltInDriver;

    public required MachineFacts Machine { get; init; }

    public required IReadOnlyList<CaseRecord> Cases { get; init; }

    /// <summary>Null = these runs may be compared or shown together; else the reason why not, for a person.</summary>
    public static string? WhyNotTogether(IReadOnlyList<RunRecord> runs)
    {
        var drivers = runs.Select(run => run.Driver).Distinct().ToArray();
        return drivers.Length <= 1
            ? null
            : $"these runs had different load drivers ({string.Join(", ", drivers)}), whose figures do not mean the same: compare runs of one driver";
    }

    /// <summary>Reads a results folder or file.</summary>
    public static RunRecord Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        using var stream = File.OpenRead(file);
        return JsonSerializer.Deserialize<RunRecord>(stream, s_json) ?? throw new InvalidDataException($"{file} is empty");
    }

    public void Write(string folder)
    {
        using var stream = File.Create(Path.Combine(folder, FileName));
        JsonSerializer.Serialize(stream, this, s_json);
    }
}
