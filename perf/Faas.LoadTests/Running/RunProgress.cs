using System.Globalization;

namespace Faas.LoadTests.Running;

/// <summary>What has been done of a plan, and how long the rest will take at the pace so far.</summary>
internal sealed class RunProgress(TextWriter log, TimeSpan planned)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan _done;

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    public void Done(TimeSpan planned) => _done += planned;

    public void Say(string text)
    {
        var pace = _done > TimeSpan.FromSeconds(5) ? Elapsed / _done : 1; // the first seconds say little about the pace
        var left = planned - _done;
        log.WriteLine($"[{Clock(Elapsed)}, {(left > TimeSpan.FromSeconds(1) ? Clock(left * pace) + " left" : "nearly done")}] {text}");
        log.Flush();
    }

    private static string Clock(TimeSpan time)
        => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:D2}");
}
