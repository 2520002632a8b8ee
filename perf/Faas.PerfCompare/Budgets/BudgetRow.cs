namespace Faas.PerfCompare.Budgets;

/// <summary>One row of <c>perf/budgets.json</c>: a figure of a case and its bound.</summary>
internal sealed record BudgetRow
{
    /// <summary>What is bounded, in words.</summary>
    public required string What { get; init; }

    /// <summary>The case's id, such as <c>rate/peak50</c>.</summary>
    public required string Case { get; init; }

    /// <summary>The name of one of its figures.</summary>
    public required string Figure { get; init; }

    /// <summary>The figure is divided by the case's baseline, repetition by repetition.</summary>
    public bool Relative { get; init; }

    /// <summary>Multiplies the figure, to show it in <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    public string Unit { get; init; } = "";

    /// <summary>The bound from below; null when there is one from above.</summary>
    public double? AtLeast { get; init; }

    public double? AtMost { get; init; }

    /// <summary>Better than the bound; no verdict depends on it.</summary>
    public double? Aim { get; init; }
}
