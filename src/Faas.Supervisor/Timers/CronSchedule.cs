using System.Diagnostics.CodeAnalysis;
using Cronos;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Timers;

/// <summary>A schedule that can be asked when. Immutable.</summary>
internal sealed class CronSchedule
{
    // A job every second that nobody ran for a day; what is beyond that is counted by the next call.
    private const int MaxCounted = 100_000;
    private const int FieldsWithSeconds = 6;

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(CronExpression expression, TimeZoneInfo zone)
    {
        _expression = expression;
        _zone = zone;
    }

    /// <returns>False with <paramref name="problem"/> set when it cannot be understood or never happens.</returns>
    public static bool TryParse(FunctionSchedule schedule, [NotNullWhen(true)] out CronSchedule? cron, [NotNullWhen(false)] out string? problem)
    {
        cron = null;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var zone))
        {
            problem = $"timezone is an IANA name like UTC or Europe/Paris, not '{schedule.TimeZone}'";
            return false;
        }

        var fields = schedule.Expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!CronExpression.TryParse(schedule.Expression, fields.Length == FieldsWithSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard, out var expression))
        {
            problem = $"schedule is a cron expression of five fields, or six with seconds first, like '*/5 * * * *' or '0 30 6 * * MON-FRI', not '{schedule.Expression}'";
            return false;
        }

        cron = new CronSchedule(expression, zone);
        problem = null;
        return true;
    }

    /// <summary>The first instant after this one; null when there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _expression.GetNextOccurrence(after, _zone);

    /// <summary>Instants after the one and up to the other, the first 100,000 of them: how many, and the last.</summary>
    public (int Count, DateTimeOffset Last) Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        var count = 0;
        var last = after;
        while (count < MaxCounted && Next(last) is { } next && next <= upTo)
        {
            last = next;
            count++;
        }

        return (count, last);
    }
}
