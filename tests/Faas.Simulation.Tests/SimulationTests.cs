using System.Globalization;

namespace Faas.Simulation.Tests;

public sealed class SimulationTests
{
    private const int Schedules = 20_000;

    // Seeds of the tests are always the same ones; scripts/simulate draws others.
    private const int FirstSeed = 1;

    [Fact]
    public void Play_TwentyThousandSeeds_HoldEveryInvariant()
    {
        var runner = new SimulationRunner();
        var failure = runner.Run(FirstSeed, Schedules, TimeSpan.FromMinutes(10), Math.Min(2, Environment.ProcessorCount));
        if (failure is not null)
        {
            var history = new StringWriter(CultureInfo.InvariantCulture);
            SimulationRunner.Print(failure, history);
            Assert.Fail(history.ToString());
        }

        Assert.Equal(Schedules, runner.Played);
        TestContext.Current.TestOutputHelper?.WriteLine($"{runner.Played} schedules, {runner.Steps} steps");
    }

    [Fact]
    public void Play_SameSeedTwice_TakesTheSameSteps()
    {
        for (var seed = FirstSeed; seed < FirstSeed + 200; seed++)
        {
            var first = Schedule.Play(seed);
            var again = Schedule.Play(seed, records: true);

            Assert.Equal((first.Steps, first.Hash), (again.Steps, again.Hash));
        }
    }

    [Fact]
    public void Post_OnAnotherThread_FailsTheWorld()
    {
        var world = new SimulatedWorld(1, records: false);
        var thread = new Thread(() => Assert.Throws<SimulationFailureException>(() => world.Post(static _ => { }, null)));
        thread.Start();
        thread.Join();

        Assert.StartsWith("something escaped to another thread", world.Failure, StringComparison.Ordinal);
    }
}
