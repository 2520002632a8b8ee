namespace Faas.LoadTests.Scenarios;

/// <summary>The bare server a case is measured beside.</summary>
internal enum BaselineKind
{
    None,

    /// <summary>Bare Kestrel with the same bytes.</summary>
    Kestrel,

    /// <summary>Bare <c>http</c> of node.</summary>
    Node,

    /// <summary>MiniFaas with the same settings and only the first function of the case deployed.</summary>
    Alone,

    /// <summary>workerd with a JavaScript hello: an optional peer.</summary>
    Workerd,
}
