using Faas.PerfCompare.Record;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>The same hello in every language, warm.</summary>
internal sealed class LanguageScenario : IScenario
{
    private static readonly (string Language, string File)[] s_languages =
    [
        ("c", "hello.c"), ("cpp", "hello.cpp"), ("rust", "hello.rs"), ("go", "hello.go"),
        ("js", "hello.js"), ("python", "hello.py"), ("php", "hello.php"),
    ];

    /// <summary>The hellos, for whoever needs one of each language.</summary>
    public static IEnumerable<FunctionSource> Hellos
        => s_languages.Select(entry => FunctionSource.FromFile($"hello-{entry.Language}", entry.Language, entry.File));

    public string Name => "language";

    public string Question => "What does an invocation cost in each language?";

    public bool InQuick => true;

    public string Figure => MetricRecord.P50;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => Hellos
            .Select(hello => Case(hello.Language, hello))
            .Append(Case("js-handler", FunctionSource.FromFile("hello-js-handler", "js", "handler.js")));

    private static LoadCase Case(string name, FunctionSource function) => new()
    {
        Name = $"{name}/c1",
        Server = new ServerSettings(),
        Functions = [function],
        Mix = CallMix.Only(Call.Of(function)),
        Shape = LoadShape.Closed(1),
        Series = name,
        Baseline = function.Language == "js" ? BaselineKind.Node : BaselineKind.None,
    };
}
