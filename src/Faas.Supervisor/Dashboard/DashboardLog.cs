namespace Faas.Supervisor.Dashboard;

/// <summary>Event ids 4480 to 4499.</summary>
internal static partial class DashboardLog
{
    [LoggerMessage(4480, LogLevel.Information, "the strategy is {Strategy} now, it was {Previous}")]
    internal static partial void StrategyChanged(ILogger logger, string previous, string strategy);
}
