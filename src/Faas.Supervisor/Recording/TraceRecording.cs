using System.IO.Pipelines;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Recording.Traces;

namespace Faas.Supervisor.Recording;

/// <summary>One recording: takes from the ring, gives functions their small numbers, writes the trace. One loop, no thread that serves invocations.</summary>
internal sealed class TraceRecording(TraceRing ring, PipeWriter output, TraceBounds bounds)
{
    // Often enough that the ring never fills, seldom enough that an idle recording costs nothing.
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(10);

    private readonly TraceWriter _writer = new(output);
    private readonly Dictionary<FunctionVersion, uint> _functions = [];
    private long _start;

    /// <summary>Runs until a bound is reached, the reader of the output goes, or <paramref name="end"/> fires.</summary>
    public async Task RunAsync(TraceHeader header, CancellationToken end)
    {
        _start = TimeProvider.System.MonotonicNanoseconds;
        _writer.WriteHeader(header);
        await output.FlushAsync(end);
        using var timer = new PeriodicTimer(s_turn);
        try
        {
            while (!IsOver() && await timer.WaitForNextTickAsync(end))
            {
                Drain();
                _writer.EndBlock();
                if ((await output.FlushAsync(end)).IsCompleted)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends; what there is, is written.
        }

        Drain();
        _writer.WriteEnd(ring.Dropped, Elapsed);
        await output.FlushAsync(CancellationToken.None);
    }

    private TimeSpan Elapsed => TimeSpan.FromTicks((TimeProvider.System.MonotonicNanoseconds - _start) / 100);

    private bool IsOver() => Elapsed >= bounds.Time || HasNoRoom();

    private bool HasNoRoom() =>
        _writer.Length + TraceFormat.InvocationBytes + (2 * TraceFormat.BlockHeadBytes) + TraceFormat.EndBytes + TraceBounds.FunctionBytes > bounds.Bytes;

    private void Drain()
    {
        while (!HasNoRoom() && ring.TryTake(out var entry))
        {
            // What arrived before the recording has lost its neighbours.
            if (entry.Arrived >= _start)
            {
                Write(entry);
            }
        }
    }

    private void Write(in TraceEntry entry)
    {
        if (!_functions.TryGetValue(entry.Function, out var id))
        {
            id = (uint)_functions.Count + 1;
            _functions.Add(entry.Function, id);
            _writer.WriteFunction(new TraceFunction(
                id, entry.Function.Handle, entry.Function.Concurrency ?? 0, entry.Function.Backend ?? "", bounds.KeepNames ? entry.Function.Name : ""));
        }

        _writer.WriteInvocation(new TraceInvocation(
            entry.Arrived - _start,
            id,
            entry.Worker,
            entry.Status,
            entry.Start,
            Math.Max(entry.Leased - entry.Arrived, 0),
            entry.LoadNanoseconds,
            entry.RunNanoseconds,
            entry.Ended - entry.Arrived));
    }
}
