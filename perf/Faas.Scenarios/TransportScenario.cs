using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>The transports between supervisor and workers side by side.</summary>
internal sealed class TransportScenario : IScenario
{
    private const string Unix = "unix";
    private const string Unofficial = "unofficial";
    private const string SharedMemory = "shm";

    /// <summary>Every one that the server knows, the default first. By name: the server's own list would bring its packages along (a test holds the two together).</summary>
    private static readonly string[] s_transports = [Unix, "pipe", SharedMemory, Unofficial];

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
        Unix or SharedMemory => scale == Scale.Quick ? [64] : [1, 64],
        Unofficial when scale == Scale.Quick => [],
        _ => [64],
    };
}
