using System.Globalization;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>
/// Slots of a worker against throughput, for functions that compute and for functions that wait: what the default of
/// <c>--slots</c> is chosen by.
/// </summary>
internal sealed class SlotsScenario : IScenario
{
    private const int Workers = 4;
    private const int HelloConnections = 64;
    private const int WaitConnections = 128; // as many as the largest pool has slots
    private const int WaitUs = 2_000; // the slots run out before the processors do, but for the largest pools

    private static readonly int[] s_slots = [1, 2, 4, 8, 16, 32];

    public string Name => "slots";

    public string Question => "How many invocations at once should a worker take?";

    public bool InQuick => false;

    public string VariedNumber => "slots a worker";

    public IEnumerable<LoadCase> Cases(Scale scale)
    {
        foreach (var slots in s_slots)
        {
            var server = new ServerSettings { Workers = Workers, Slots = slots };
            var series = slots.ToString(CultureInfo.InvariantCulture);
            yield return LoadCase.OfHello($"hello/{series}", LoadShape.Closed(HelloConnections), server) with
            {
                X = slots,
                Series = series,
                Baseline = BaselineKind.Kestrel,
                Stretch = 0.5,
            };
            yield return new LoadCase
            {
                Name = $"wait/{series}",
                Server = server,
                Functions = [FunctionSource.Wait],
                Mix = CallMix.Only(Call.Waiting(WaitUs)),
                Shape = LoadShape.Closed(WaitConnections),
                X = slots,
                Series = series,
                Stretch = 0.5,
            };
        }
    }
}
