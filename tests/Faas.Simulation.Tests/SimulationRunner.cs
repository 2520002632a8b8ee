using System.Diagnostics;

namespace Faas.Simulation.Tests;

/// <summary>Plays seeds on several threads, each with worlds of its own, until there are enough, time is over, or one fails.</summary>
internal sealed class SimulationRunner
{
    private readonly Lock _gate = new();
    private int _nextSeed;
    private int _played;
    private long _steps;
    private ScheduleResult? _failure;

    /// <summary>Schedules played.</summary>
    public int Played => _played;

    /// <summary>Steps in them.</summary>
    public long Steps => _steps;

    /// <param name="firstSeed">And those after it.</param>
    /// <param name="schedules">At most so many.</param>
    /// <param name="time">At most for so long.</param>
    /// <param name="threads">Side by side.</param>
    /// <returns>The first failure, played again with its history; null when there was none.</returns>
    public ScheduleResult? Run(int firstSeed, int schedules, TimeSpan time, int threads)
    {
        _nextSeed = firstSeed;
        var clock = Stopwatch.StartNew();
        var playing = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            while (Volatile.Read(ref _failure) is null && clock.Elapsed < time)
            {
                var seed = Interlocked.Increment(ref _nextSeed) - 1;
                if (seed - firstSeed >= schedules)
                {
                    break;
                }

                var result = Schedule.Play(seed);
                Interlocked.Increment(ref _played);
                Interlocked.Add(ref _steps, result.Steps);
                if (result.Failure is not null)
                {
                    NoteFailure(result);
                }
            }
        })).ToList();
        playing.ForEach(static thread => thread.Start());
        playing.ForEach(static thread => thread.Join());
        return _failure is { } failure ? Schedule.Play(failure.Seed, records: true) with { Hash = failure.Hash } : null;
    }

    // The lowest seed counts: every one below it was begun, and is played to its end.
    private void NoteFailure(ScheduleResult result)
    {
        lock (_gate)
        {
            if (_failure is null || result.Seed < _failure.Seed)
            {
                Volatile.Write(ref _failure, result);
            }
        }
    }

    /// <summary>The history of a failure, and how to see it again.</summary>
    public static void Print(ScheduleResult failure, TextWriter to)
    {
        foreach (var line in failure.History)
        {
            to.WriteLine(line);
        }

        to.WriteLine();
        to.WriteLine($"seed {failure.Seed}: {failure.Plan}");
        to.WriteLine($"FAILED: {failure.Failure ?? "not when it was played again: something in it does not come from the seed"}");
        to.WriteLine($"again: ./scripts/simulate --seed {failure.Seed}");
    }
}
