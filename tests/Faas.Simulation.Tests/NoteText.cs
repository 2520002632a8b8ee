using System.Runtime.CompilerServices;

namespace Faas.Simulation.Tests;

/// <summary>A line of the history, put together only when there is one.</summary>
[InterpolatedStringHandler]
internal ref struct NoteText
{
    private DefaultInterpolatedStringHandler _text;

    public NoteText(int literalLength, int formattedCount, SimulatedWorld world, out bool isKept)
    {
        isKept = world.Records;
        _text = isKept ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public string ToStringAndClear() => _text.ToStringAndClear();
}
