using System.Globalization;

namespace Faas.Scenarios.Running;

/// <summary>What has been done of a plan, how long the rest will take at the pace so far, and in the end which part took longer than planned.</summary>
internal sealed class RunProgress(TextWriter log, TimeSpan planned)
{
    private const int PartsShown = 4;

    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly List<(string Name, TimeSpan Planned, TimeSpan Took)> _parts = [];
    private TimeSpan _done;
    private (string Name, TimeSpan Planned, TimeSpan Began)? _part;

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>A probe or scenario begins, and with it the one before ends.</summary>
    public void Begin(string name, TimeSpan expected, string question)
    {
        End();
        _part = (name, expected, Elapsed);
        Say($"{name}{(question.Length == 0 ? "" : ": " + question)}");
    }

    public void Say(string text)
    {
        var pace = _done > TimeSpan.FromSeconds(5) ? Elapsed / Now() : 1; // the first seconds say little about the pace
        var left = planned - Now();
        log.WriteLine($"[{Clock(Elapsed)}, {(left > TimeSpan.FromSeconds(1) ? Clock(left * pace) + " left" : "nearly done")}] {text}");
        log.Flush();
    }

    public void Finish()
    {
        End();
        var late = _parts.Where(part => part.Took > part.Planned).OrderByDescending(part => part.Took - part.Planned).Take(PartsShown)
            .Select(part => $"{part.Name} {Clock(part.Took)} instead of {Clock(part.Planned)}");
        log.WriteLine($"took {Clock(Elapsed)}, planned {Clock(planned)}. Furthest over the plan: {string.Join(", ", late.DefaultIfEmpty("nothing"))}");
        log.Flush();
    }

    private void End()
    {
        if (_part is { } part)
        {
            _done += part.Planned;
            _parts.Add((part.Name, part.Planned, Elapsed - part.Began));
            _part = null;
        }
    }

    /// <summary>How far the plan has come: whole parts, and of the one under way as much as it has taken, at most all of it.</summary>
    private TimeSpan Now() => _done + (_part is { } part ? Min(Elapsed - part.Began, part.Planned) : TimeSpan.Zero);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string Clock(TimeSpan time)
        => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:D2}");
}
