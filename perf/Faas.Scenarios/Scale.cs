namespace Faas.Scenarios;

/// <summary>How much of a scenario is run.</summary>
internal enum Scale
{
    Quick,
    Full,
}
