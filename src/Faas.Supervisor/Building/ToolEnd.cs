namespace Faas.Supervisor.Building;

internal enum ToolEnd
{
    Exited,
    TimedOut,
    CannotStart,
}
