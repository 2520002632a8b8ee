using Faas.LoadTests.Targets;

namespace Faas.LoadTests.Scenarios;

/// <summary>The transports between supervisor and workers side by side.</summary>
internal sealed class TransportScenario : IScenario
{
    private static readonly string[] s_transports = ["unix", "unofficial", "pipe"];
    private static readonly int[] s_connections = [1, 64];

    public string Name => "transport";

    public string Question => "Which transport between supervisor and workers is faster?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => from connections in s_connections
           from transport in s_transports
           select new LoadCase
           {
               Name = $"{transport}/c{connections}",
               Server = new ServerSettings { Transport = transport },
               Functions = [FunctionSource.Hello],
               Mix = CallMix.Only(Call.Of(FunctionSource.Hello)),
               Shape = LoadShape.Closed(connections),
               Series = transport,
               Baseline = BaselineKind.Kestrel,
           };
}
