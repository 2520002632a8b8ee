namespace Faas.Simulation.Tests;

/// <summary>What a simulated function does.</summary>
internal enum FunctionKind
{
    /// <summary>Answers when its input has come.</summary>
    Quick,

    /// <summary>The same, after a while that is shorter than its timeout.</summary>
    Slow,

    /// <summary>Writes its output in pieces.</summary>
    Stream,

    /// <summary>Ends with an exit code.</summary>
    Fails,

    /// <summary>Ends only by being interrupted or killed.</summary>
    Endless,
}
