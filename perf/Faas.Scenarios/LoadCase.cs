using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>One measurable situation. Knows no driver.</summary>
internal sealed record LoadCase
{
    /// <summary>Unique in its scenario; never reused for anything else.</summary>
    public required string Name { get; init; }

    public required ServerSettings Server { get; init; }

    public required IReadOnlyList<FunctionSource> Functions { get; init; }

    public required CallMix Mix { get; init; }

    public required LoadShape Shape { get; init; }

    public Entrance Entrance { get; init; } = Entrance.Http;

    public string? Series { get; init; }

    public double? X { get; init; }

    public BaselineKind Baseline { get; init; } = BaselineKind.None;

    /// <summary>Output bytes of the baseline's answer; 0 = those of hello.</summary>
    public int BaselineBodyBytes { get; init; }

    /// <summary>How many times as long as usual each measurement takes: for rare events that a short run would miss.</summary>
    public double Stretch { get; init; } = 1;

    /// <summary>Refusals belong to the case and are no failure of it.</summary>
    public bool ExpectsRefusals { get; init; }

    /// <summary>C hello, the least that a function can do.</summary>
    /// <param name="name">Unique in its scenario.</param>
    /// <param name="shape">How it is called.</param>
    /// <param name="server">Null for the defaults.</param>
    public static LoadCase OfHello(string name, LoadShape shape, ServerSettings? server = null) => new()
    {
        Name = name,
        Server = server ?? new ServerSettings(),
        Functions = [FunctionSource.Hello],
        Mix = CallMix.Only(Call.Of(FunctionSource.Hello)),
        Shape = shape,
    };
}
