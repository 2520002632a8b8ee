using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>C hello beside a peer's JavaScript hello, when <c>--peer</c> names it.</summary>
internal sealed class PeerScenario : IScenario
{
    private static readonly int[] s_connections = [1, 16, 64];

    public string Name => "workerd";

    public string Question => "How does a fresh WASM sandbox per request compare with workerd's shared JavaScript isolate?";

    public bool InQuick => true;

    public string? NeedsPeer => Peers.WorkerdPeer.Name;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => s_connections.Select(connections => LoadCase.OfHello($"c{connections}", LoadShape.Closed(connections)) with
        {
            X = connections,
            Baseline = BaselineKind.Workerd,
        });
}
