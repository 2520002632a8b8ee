using Faas.PerfCompare.Record;
using Faas.Scenarios.Running;

namespace Faas.Scenarios.Running;

/// <summary>A question about the server that is no load of requests: how fast it starts, deploys, recovers.</summary>
internal interface IProbe
{
    /// <summary>The name for <c>--only</c> and the first part of every case's id; no scenario has it.</summary>
    string Name { get; }

    /// <summary>The question, for the report.</summary>
    string Question { get; }

    /// <summary>Whether the quick set has it.</summary>
    bool InQuick => true;

    /// <summary>Whether the data set that most scenarios share has the hellos of every language afterwards.</summary>
    bool DeploysHellos => false;

    /// <summary>About how long it takes, for the progress.</summary>
    TimeSpan ExpectedTime(Scale scale);

    /// <summary>Measures. Throws <see cref="InvalidOperationException"/> with the reason when it cannot.</summary>
    Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken);
}
