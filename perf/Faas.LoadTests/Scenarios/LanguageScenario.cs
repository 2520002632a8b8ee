using Faas.LoadTests.Targets;

namespace Faas.LoadTests.Scenarios;

/// <summary>The same hello in every language, warm.</summary>
internal sealed class LanguageScenario : IScenario
{
    private static readonly (string Language, string File)[] s_languages =
    [
        ("c", "hello.c"), ("cpp", "hello.cpp"), ("rust", "hello.rs"), ("go", "hello.go"),
        ("js", "hello.js"), ("python", "hello.py"), ("php", "hello.php"),
    ];

    public string Name => "language";

    public string Question => "What does an invocation cost in each language?";

    public bool InQuick => false;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => s_languages.Select(entry =>
        {
            var function = FunctionSource.FromFile($"hello-{entry.Language}", entry.Language, entry.File);
            return new LoadCase
            {
                Name = $"{entry.Language}/c1",
                Server = new ServerSettings(),
                Functions = [function],
                Mix = CallMix.Only(Call.Of(function)),
                Shape = LoadShape.Closed(1),
                Series = entry.Language,
                Baseline = entry.Language == "js" ? BaselineKind.Node : BaselineKind.None,
            };
        });
}
