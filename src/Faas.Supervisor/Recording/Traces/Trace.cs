namespace Faas.Supervisor.Recording.Traces;

/// <summary>A whole trace in memory.</summary>
internal sealed class Trace
{
    public required TraceHeader Header { get; init; }

    /// <summary>By <see cref="TraceFunction.Id"/> - 1.</summary>
    public required IReadOnlyList<TraceFunction> Functions { get; init; }

    /// <summary>In order of arrival.</summary>
    public required TraceInvocation[] Invocations { get; init; }

    /// <summary>Invocations that ended faster than the server could write them down.</summary>
    public long Dropped { get; init; }

    /// <summary>False when the recording broke off: the file ends where it ended.</summary>
    public bool IsComplete { get; init; }

    /// <summary>From the start of the trace to its last arrival.</summary>
    public TimeSpan Length => Invocations.Length == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Invocations[^1].Arrived / 100);
}
