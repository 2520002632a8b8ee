using Faas.PerfCompare.Record;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>
/// Hello by the interpreters, warm: a script beside an interpreter started for each call, a handler beside a bare HTTP
/// server of its language.
/// </summary>
internal sealed class RuntimesScenario : IScenario
{
    private static readonly int[] s_quickConnections = [1];
    private static readonly int[] s_connections = [1, 16];

    private static readonly string[] s_styles = ["script", "handler"];
    private static readonly (string Language, string Extension)[] s_languages = [("python", "py"), ("php", "php"), ("js", "js")];

    public string Name => "runtimes";

    public string Question => "What does a warm interpreter save, and what does it cost beside a server written in its language?";

    public bool InQuick => true;

    public string Figure => MetricRecord.P50;

    public IEnumerable<LoadCase> Cases(Scale scale) =>
        from entry in s_languages
        from style in s_styles
        from connections in scale == Scale.Quick ? s_quickConnections : s_connections
        select Case(entry.Language, entry.Extension, style, connections);

    private static LoadCase Case(string language, string extension, string style, int connections)
    {
        var isScript = style == "script";
        var function = FunctionSource.FromFile($"{style}-{language}", language, $"{(isScript ? "hello" : "handler")}.{extension}");
        return new LoadCase
        {
            Name = $"{language}-{style}/c{connections}",
            Server = new ServerSettings(),
            Functions = [function],
            Mix = CallMix.Only(Call.Of(function)),
            Shape = LoadShape.Closed(connections),
            Baseline = isScript ? BaselineKind.Spawn : BaselineKind.Language,
        };
    }
}
