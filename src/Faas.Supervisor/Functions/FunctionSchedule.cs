namespace Faas.Supervisor.Functions;

/// <summary>When a function runs by itself.</summary>
/// <param name="Expression">Cron: minute, hour, day of month, month, day of week, with seconds before them when there are six; or <c>@hourly</c> and its like.</param>
/// <param name="TimeZone">IANA name of the zone whose clock it is read by.</param>
/// <param name="AllowsOverlap">True when it runs although the run before has not ended.</param>
public sealed record FunctionSchedule(string Expression, string TimeZone, bool AllowsOverlap);
