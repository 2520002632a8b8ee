namespace Faas.Scenarios;

/// <summary>The bare server a case is measured beside.</summary>
internal enum BaselineKind
{
    None,

    /// <summary>Bare Kestrel with the same bytes.</summary>
    Kestrel,

    /// <summary>Bare <c>http</c> of node.</summary>
    Node,

    /// <summary>A bare HTTP server in the language of the case's first function.</summary>
    Language,

    /// <summary>An HTTP server that starts the interpreter on the case's first function for each call.</summary>
    Spawn,

    /// <summary>MiniFaas with the same settings and only the first function of the case deployed.</summary>
    Alone,

    /// <summary>workerd with a JavaScript hello: an optional peer.</summary>
    Workerd,
}
