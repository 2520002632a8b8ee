namespace Faas.LoadTests.Scenarios;

/// <summary>A question about the server, as cases to measure.</summary>
internal interface IScenario
{
    /// <summary>The name for <c>--only</c> and the first part of every case's id.</summary>
    string Name { get; }

    /// <summary>The question, for the report.</summary>
    string Question { get; }

    /// <summary>Whether the quick set has it.</summary>
    bool InQuick { get; }

    IEnumerable<LoadCase> Cases(Scale scale);
}
