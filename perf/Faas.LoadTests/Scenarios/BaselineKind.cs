namespace Faas.LoadTests.Scenarios;

/// <summary>The bare server a case is measured beside.</summary>
internal enum BaselineKind
{
    None,
    Kestrel,
    Node,
}
