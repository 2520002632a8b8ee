using Faas.LoadTests.Targets;
using Faas.Protocol.Transport;

namespace Faas.LoadTests.Scenarios;

/// <summary>The transports between supervisor and workers side by side.</summary>
internal sealed class TransportScenario : IScenario
{
    /// <summary>Every one that the server knows, the default first.</summary>
    private static readonly string[] s_transports = [TransportCatalog.Unix, .. TransportCatalog.Names.Where(name => name != TransportCatalog.Unix)];
    private static readonly int[] s_quickConnections = [64];
    private static readonly int[] s_connections = [1, 64];

    public string Name => "transport";

    public string Question => "Which transport between supervisor and workers is faster?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => from connections in scale == Scale.Quick ? s_quickConnections : s_connections
           from transport in s_transports
           select LoadCase.OfHello($"{transport}/c{connections}", LoadShape.Closed(connections), new ServerSettings { Transport = transport }) with
           {
               Series = transport,
               Baseline = BaselineKind.Kestrel,
           };
}
