using System.Diagnostics;
using Faas.LoadTests.Chaos;
using Faas.LoadTests.Chaos.Faults;

namespace Faas.Chaos.Tests;

public sealed class FaultJournalTests
{
    [Fact]
    public void Excuses_FaultThatIsOn_ExcusesItsCodesAndNoOthers()
    {
        var journal = new FaultJournal();
        using var fault = journal.Begin("worker killed", "", FaultExcuses.WorkerEnded);
        var from = Stopwatch.GetTimestamp();

        Assert.True(journal.Excuses("hello", "worker_crashed", from));
        Assert.False(journal.Excuses("hello", "timeout", from));
        Assert.False(journal.Excuses("hello", "broken", from));
        Assert.True(journal.Excuses("stream", "broken", from));
    }

    [Fact]
    public void Excuses_FaultOfLongAgo_ExcusesNothing()
    {
        var journal = new FaultJournal();
        journal.Begin("worker killed", "", FaultExcuses.WorkerEnded).Dispose();
        var later = Stopwatch.GetTimestamp() + 60 * Stopwatch.Frequency;

        Assert.False(journal.Excuses("hello", "worker_crashed", later));
        Assert.True(journal.Excuses("hello", "worker_crashed", Stopwatch.GetTimestamp()));
    }
}
