using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>The WASM engines side by side.</summary>
internal sealed class EngineScenario : IScenario
{
    private static readonly string[] s_engines = ["wasmtime", "wasmer"];

    public string Name => "engine";

    public string Question => "Which WASM engine is faster?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => s_engines.Select(engine => LoadCase.OfHello($"{engine}/c64", LoadShape.Closed(64), new ServerSettings { Backend = engine }) with
        {
            Series = engine,
            Baseline = BaselineKind.Kestrel,
        });
}
