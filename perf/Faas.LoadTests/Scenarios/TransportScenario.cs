using Faas.LoadTests.Targets;
using Faas.Protocol.Transport;

namespace Faas.LoadTests.Scenarios;

/// <summary>The transports between supervisor and workers side by side.</summary>
internal sealed class TransportScenario : IScenario
{
    /// <summary>Every one that the server knows, the default first.</summary>
    private static readonly string[] s_transports = [TransportCatalog.Unix, .. TransportCatalog.Names.Where(name => name != TransportCatalog.Unix)];

    public string Name => "transport";

    public string Question => "Which transport between supervisor and workers is faster?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => from transport in s_transports
           from connections in Connections(transport, scale)
           select LoadCase.OfHello($"{transport}/c{connections}", LoadShape.Closed(connections), new ServerSettings { Transport = transport }) with
           {
               Series = transport,
               Baseline = BaselineKind.Kestrel,
           };

    // A minute of measuring goes where the answer is open: the other two are Unix sockets behind other people's code.
    private static int[] Connections(string transport, Scale scale) => transport switch
    {
        TransportCatalog.Unix or TransportCatalog.SharedMemory => scale == Scale.Quick ? [64] : [1, 64],
        TransportCatalog.Unofficial when scale == Scale.Quick => [],
        _ => [64],
    };
}
