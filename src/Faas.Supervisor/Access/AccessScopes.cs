namespace Faas.Supervisor.Access;

/// <summary>What the bearer of a token may do. In the token file by these names, lower case, with commas between them.</summary>
[Flags]
internal enum AccessScopes
{
    None = 0,

    /// <summary>Run functions: <c>/invoke</c> and <c>/fn/</c>.</summary>
    Invoke = 1,

    /// <summary>Deploy, list, read, roll back and delete functions, and read their logs.</summary>
    Deploy = 2,

    /// <summary>Everything.</summary>
    Admin = 4,

    /// <summary>Read <c>/metrics</c>: what a monitoring system needs and no more.</summary>
    Metrics = 8,
}
