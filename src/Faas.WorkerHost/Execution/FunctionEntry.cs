using System.Text;
using Faas.Protocol.Messages;
using Faas.Runtimes;

namespace Faas.WorkerHost.Execution;

/// <summary>A function as this worker knows it: what Prepare said, and its module while that is loaded.</summary>
internal sealed class FunctionEntry(PrepareMessage prepare, IRuntimeBackend backend)
{
    // Above this a function is not run on the reading thread: the frames behind it would wait for it.
    private const long InlineLimitNanoseconds = 200_000;
    private const int AverageShift = 3;

    private long _averageRunNanoseconds = backend.RunsOnSlotThread ? 0 : long.MaxValue >> AverageShift;

    public PrepareMessage Prepare { get; } = prepare;

    public IRuntimeBackend Backend { get; } = backend;

    public byte[][] Environment { get; } = [.. prepare.Environment.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Null while not loaded. Written by <see cref="ModuleCache"/> under its lock.</summary>
    public IRuntimeModule? Module { get; set; }

    /// <summary>Invocations inside the module. Under the cache's lock.</summary>
    public int Pins { get; set; }

    /// <summary>Order of last use. Under the cache's lock.</summary>
    public long LastUse { get; set; }

    /// <summary>True once Release came: the module goes when the last invocation leaves.</summary>
    public bool Released { get; set; }

    /// <summary>True when the function has been quick enough to run on the thread that also reads the socket.</summary>
    public bool IsQuick => Volatile.Read(ref _averageRunNanoseconds) < InlineLimitNanoseconds;

    /// <summary>Moves the average by an eighth of the difference. Lost updates between threads do not matter.</summary>
    public void Ran(long nanoseconds)
    {
        if (Backend.RunsOnSlotThread)
        {
            _averageRunNanoseconds += (nanoseconds - _averageRunNanoseconds) >> AverageShift;
        }
    }
}
