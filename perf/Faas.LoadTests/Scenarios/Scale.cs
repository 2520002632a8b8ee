namespace Faas.LoadTests.Scenarios;

/// <summary>How much of a scenario is run.</summary>
internal enum Scale
{
    Quick,
    Full,
}
