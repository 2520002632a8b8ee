using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>Input that comes back as output, from nothing to 4 MiB.</summary>
internal sealed class PayloadScenario : IScenario
{
    private const int Kib = 1024;

    private static readonly int[] s_quickBytes = [Kib, 64 * Kib, 4096 * Kib];
    private static readonly int[] s_bytes = [0, Kib, 16 * Kib, 64 * Kib, 256 * Kib, 1024 * Kib, 4096 * Kib];

    public string Name => "payload";

    public string Question => "What do large inputs and outputs cost?";

    public bool InQuick => true;

    public string VariedNumber => "bytes in and out";

    public IEnumerable<LoadCase> Cases(Scale scale)
        => (scale == Scale.Quick ? s_quickBytes : s_bytes).Select(bytes => new LoadCase
        {
            Name = $"echo{bytes}",
            Server = new ServerSettings(),
            Functions = [FunctionSource.Echo],
            Mix = CallMix.Only(new Call(FunctionSource.Echo.Name, Text(bytes))),
            Shape = LoadShape.Closed(bytes >= 1024 * Kib ? 4 : 16),
            X = bytes,
            Baseline = BaselineKind.Kestrel,
            BaselineBodyBytes = bytes,
        });

    private static byte[] Text(int bytes)
    {
        // Plain letters: the answer is then a JSON string of the same length, without escapes or base64.
        var text = new byte[bytes];
        text.AsSpan().Fill((byte)'x');
        return text;
    }
}
