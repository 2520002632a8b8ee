using System.Diagnostics.CodeAnalysis;
using Cronos;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Timers;

/// <summary>A schedule that can be asked when. Any thread.</summary>
internal sealed class CronSchedule
{
    private const int FieldsWithSeconds = 6;

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;
    private int _onADay; // 0 until it is known

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

    /// <summary>
    /// Instants after the one and up to the other: how many, and the last. In days, not in instants: a day of the zone has as
    /// many as any other day that has any, also one on which the clocks change.
    /// </summary>
    public (long Count, DateTimeOffset Last) Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        var count = 0L;
        var last = after;
        var from = after;
        var dayEnd = EndOfDay(after); // up to here each instant is counted by itself
        while (Next(from) is { } next && next <= upTo)
        {
            if (next >= dayEnd)
            {
                var end = EndOfDay(next);
                var beforeEnd = end - TimeSpan.FromTicks(1);
                if (Next(beforeEnd) is { } later && later <= upTo)
                {
                    count += OnADay(next, end);
                    from = beforeEnd;
                    continue;
                }

                // The last day that has any is looked at instant by instant, for its last one.
                dayEnd = end;
            }

            count++;
            from = last = next;
        }

        return (count, last);
    }

    private int OnADay(DateTimeOffset first, DateTimeOffset end)
    {
        if (_onADay > 0)
        {
            return _onADay;
        }

        var count = 1;
        for (var at = first; Next(at) is { } next && next < end; at = next)
        {
            count++;
        }

        // Not learnt from a day that is longer or shorter than the others.
        _onADay = _zone.GetUtcOffset(first) == _zone.GetUtcOffset(end) ? count : 0;
        return count;
    }

    private DateTimeOffset EndOfDay(DateTimeOffset instant)
    {
        var tomorrow = TimeZoneInfo.ConvertTime(instant, _zone).Date.AddDays(1);
        return new DateTimeOffset(tomorrow, _zone.GetUtcOffset(tomorrow));
    }
}
