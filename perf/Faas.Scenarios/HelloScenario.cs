using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>C hello over HTTP beside a bare Kestrel that answers the same bytes.</summary>
internal sealed class HelloScenario : IScenario
{
    private static readonly int[] s_connections = [1, 16, 64, 256];
    private static readonly int[] s_ingressConnections = [1, 64];

    public string Name => "hello";

    public string Question => "What does a fresh sandbox per request cost beside a bare web server?";

    public bool InQuick => true;

    public string VariedNumber => "connections";

    public IEnumerable<LoadCase> Cases(Scale scale)
    {
        foreach (var connections in s_connections)
        {
            yield return LoadCase.OfHello($"c{connections}", LoadShape.Closed(connections)) with
            {
                X = connections,
                Baseline = BaselineKind.Kestrel,
            };
        }

        // The same through the socket for local clients: what HTTP costs.
        foreach (var connections in scale == Scale.Full ? s_ingressConnections : [])
        {
            yield return LoadCase.OfHello($"ingress/c{connections}", LoadShape.Closed(connections)) with
            {
                X = connections,
                Series = "ingress",
                Entrance = Entrance.Ingress,
            };
        }
    }
}
