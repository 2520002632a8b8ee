namespace Faas.Supervisor.Building;

/// <summary>How a compiler ended.</summary>
/// <param name="End">By itself, or by which limit.</param>
/// <param name="ExitCode">128 + signal when a signal ended it; meaningless after a limit.</param>
/// <param name="Output">Standard output and error as they came, capped, without private paths.</param>
internal sealed record ToolResult(ToolEnd End, int ExitCode, string Output)
{
    internal bool IsSuccess => End == ToolEnd.Exited && ExitCode == 0;
}
