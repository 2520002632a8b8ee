namespace Faas.Supervisor.Starters;

/// <summary>How a function for an interpreter is written.</summary>
internal enum StarterStyle
{
    /// <summary>Exports a handler: loaded once, called many times. Where a language has none, a script.</summary>
    Handler = 0,

    /// <summary>Runs from the top for each call.</summary>
    Script = 1,
}
