namespace Faas.Supervisor.Telemetry;

/// <summary>Where the time of an invocation goes: the parts of its receipt. The first four add up to the last.</summary>
internal enum InvocationPart
{
    /// <summary>Waiting for a slot.</summary>
    Queue,

    /// <summary>Both ways between supervisor and worker, wake-ups included.</summary>
    Send,

    /// <summary>Making the function ready in its worker.</summary>
    Load,

    /// <summary>The function itself.</summary>
    Run,

    /// <summary>From the whole request to the known end.</summary>
    Total,
}
