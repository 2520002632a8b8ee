using Faas.PerfCompare.Record;

namespace Faas.Scenarios;

/// <summary>A question about the server, as cases to measure.</summary>
internal interface IScenario
{
    /// <summary>The name for <c>--only</c> and the first part of every case's id.</summary>
    string Name { get; }

    /// <summary>The question, for the report.</summary>
    string Question { get; }

    /// <summary>Whether the quick set has it.</summary>
    bool InQuick { get; }

    /// <summary>A peer that has to be asked for with <c>--peer</c>; null = none.</summary>
    string? NeedsPeer => null;

    /// <summary>What the bars of its chart show.</summary>
    string Figure => MetricRecord.RequestsPerSecond;

    /// <summary>What <see cref="LoadCase.X"/> counts, for the axis of its chart.</summary>
    string VariedNumber => "";

    IEnumerable<LoadCase> Cases(Scale scale);
}
