using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>A thousand functions, a few of them popular, under each strategy; and one among a thousand beside one alone.</summary>
internal sealed class ManyFunctionsScenario : IScenario
{
    private const double ZipfExponent = 1.0; // what web caches see: Breslau et al., INFOCOM 1999, found 0.6 to 1.0
    private const int Many = 1000;

    private static readonly ServerSettings s_server = new() { DataSet = "thousand" };
    private static readonly string[] s_quickStrategies = ["RR", "HASH"];
    private static readonly string[] s_strategies = ["RR", "FIFO", "WEIGHTED", "LEAST", "P2C", "HASH"];

    public string Name => "functions";

    public string Question => "Does it get slower with a thousand functions, and does keeping a function on its worker help?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
    {
        var functions = Enumerable.Range(0, Many).Select(FunctionSource.Tiny).ToArray();
        yield return Case("one-of-1000", s_server, functions, CallMix.Only(Call.Of(functions[0])), null) with { Baseline = BaselineKind.Alone, Stretch = 2 };
        foreach (var strategy in scale == Scale.Quick ? s_quickStrategies : s_strategies)
        {
            yield return Case($"zipf/{strategy}", s_server with { Strategy = strategy }, functions, CallMix.Zipf(functions.Select(Call.Of), ZipfExponent), strategy);
        }
    }

    private static LoadCase Case(string name, ServerSettings server, FunctionSource[] functions, CallMix mix, string? series) => new()
    {
        Name = name,
        Server = server,
        Functions = functions,
        Mix = mix,
        Shape = LoadShape.Closed(64),
        Series = series,
        Baseline = BaselineKind.Kestrel,
    };
}
