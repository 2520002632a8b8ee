using Faas.Supervisor.Functions;

namespace Faas.Supervisor.FunctionLogs;

/// <summary>What one invocation left to tell, on its way to the log.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="Function">Which version ran.</param>
/// <param name="Invocation">Its id as in the receipt; null when it never reached a worker.</param>
/// <param name="Worker">Index of the worker; null as above.</param>
/// <param name="Status"><c>ok</c> or the stable code of its failure.</param>
/// <param name="ExitCode">Of a function that ended itself; else null.</param>
/// <param name="Message">What the server says about the failure.</param>
/// <param name="Error">End of its standard error.</param>
/// <param name="IsCut">True when standard error was longer.</param>
internal sealed record LogEntry(
    DateTimeOffset Time,
    FunctionVersion Function,
    string? Invocation,
    long? Worker,
    string Status,
    int? ExitCode,
    string? Message,
    byte[] Error,
    bool IsCut);
