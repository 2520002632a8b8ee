namespace Faas.EndToEnd.Tests.Server;

/// <summary>What a run of the program left: exit code and both streams.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors);
