using Faas.Lab.Replaying;
using Faas.Lab.Synthesis;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording.Traces;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Tests.Recording;

namespace Faas.Lab.Tests.Replaying;

public sealed class ReplayerTests
{
    private const long Ms = 1_000_000;
    private static readonly TraceWorker s_worker = new("wasmtime");

    [Fact]
    public void Run_OneSlot_WaitsAreThoseOfOneQueue()
    {
        // Three of 10 ms at 0, 1 and 2 ms, then one at 100 ms: latencies 10, 19, 28 and 10.
        var trace = Traces.Of(
            Traces.Header(1, 10, s_worker), 1, Traces.Invocation(0, 10 * Ms), Traces.Invocation(Ms, 10 * Ms), Traces.Invocation(2 * Ms, 10 * Ms), Traces.Invocation(100 * Ms, 10 * Ms));
        foreach (var strategy in StrategyCatalog.Names)
        {
            var figures = Run(trace, new ReplayOptions(), strategy, 1);
            Assert.Equal(4, figures.Completed);
            Near(10 * Ms, figures.Latency(50));
            Near(28 * Ms, figures.Latency(100));
            Near((9 + 18) * Ms / 4.0, figures.MeanQueue);
            Assert.Equal(1, figures.Imbalance);
        }
    }

    [Fact]
    public void Run_QueueFull_IsRefused()
    {
        var trace = Traces.Of(Traces.Header(1, 1, s_worker), 1, [.. Enumerable.Range(0, 5).Select(i => Traces.Invocation(i, 10 * Ms))]);
        var figures = Run(trace, new ReplayOptions(), "FIFO", 1);
        Assert.Equal((2, 3), (figures.Completed, figures.Refused));
        Assert.Equal(5, Run(trace, new ReplayOptions { QueueLength = 10 }, "FIFO", 1).Completed);
    }

    [Fact]
    public void Run_SharedProcessor_InvocationsTakeTurns()
    {
        // 10 ms and, 5 ms later, 2 ms on one processor: the short one ends at 9, the long one at 12.
        var trace = Traces.Of(Traces.Header(8, 0, s_worker), 1, MadeUp(0, 10 * Ms), MadeUp(5 * Ms, 2 * Ms));
        var shared = Run(trace, new ReplayOptions { Processors = 1 }, "RR", 1);
        Near(4 * Ms, shared.Latency(50));
        Near(12 * Ms, shared.Latency(100));
        Near(10 * Ms, Run(trace, new ReplayOptions(), "RR", 1).Latency(100));
    }

    [Fact]
    public void Run_RecordedOnASharedProcessor_WorkIsFoundAgain()
    {
        // As the test before would have been recorded: 12 ms and 4 ms, of which 10 and 2 were their own.
        var trace = Traces.Of(Traces.Header(8, 0, s_worker), 1, Traces.Invocation(0, 12 * Ms), Traces.Invocation(5 * Ms, 4 * Ms));
        var options = new ReplayOptions { Processors = 1 };
        Assert.Equal([10.0 * Ms, 2.0 * Ms], ReplayLoad.Of(trace, options).Work);
        Near(12 * Ms, Run(trace, options, "RR", 1).Latency(100));
    }

    [Fact]
    public void Run_SlowWorker_TakesLonger()
    {
        var trace = Traces.Of(Traces.Header(1, 0, s_worker with { Speed = 0.25 }), 1, Traces.Invocation(0, 10 * Ms));
        Near(40 * Ms, Run(trace, new ReplayOptions(), "RR", 1).Latency(50));
        Near(20 * Ms, Run(trace, new ReplayOptions { Speeds = [0.5] }, "RR", 1).Latency(50));
    }

    [Fact]
    public void Run_ConcurrencyOfAFunction_IsKept()
    {
        var header = Traces.Header(4, 10, s_worker);
        var trace = new Trace
        {
            Header = header,
            Functions = [new TraceFunction(1, 1, 1, "", ""), new TraceFunction(2, 2, 0, "", "")],
            Invocations = [Traces.Invocation(0, 10 * Ms, 1), Traces.Invocation(1, 10 * Ms, 1), Traces.Invocation(2, 10 * Ms, 2)],
        };
        var figures = Run(trace, new ReplayOptions(), "LEAST", 1);
        Near(20 * Ms, figures.Latency(100));
        Near(10 * Ms, figures.Latency(50));
    }

    [Fact]
    public void Run_Backend_OnlyItsWorkersAreUsed()
    {
        var trace = new Trace
        {
            Header = Traces.Header(1, 0, s_worker, new TraceWorker("wasmer")),
            Functions = [new TraceFunction(1, 1, 0, "wasmer", "")],
            Invocations = [Traces.Invocation(0, 10 * Ms), Traces.Invocation(1, 10 * Ms)],
        };
        var figures = Run(trace, new ReplayOptions(), "RR", 2);
        Assert.Equal((1, 1), (figures.Completed, figures.Refused));
    }

    [Fact]
    public void Run_ColdFunction_PaysItsLoadingOnceAWorker()
    {
        var cold = new TraceInvocation(0, 1, 0, (byte)InvocationStatus.Ok, StartKind.Cached, 0, 3 * Ms, Ms, 4 * Ms);
        var trace = Traces.Of(
            Traces.Header(1, 0, s_worker, s_worker), 1, cold, Traces.Invocation(10 * Ms, Ms), Traces.Invocation(20 * Ms, Ms), Traces.Invocation(30 * Ms, Ms));
        var spread = Run(trace, new ReplayOptions(), "RR", 2);
        Assert.Equal(0.5, spread.WarmRatio);
        Near(4 * Ms, spread.Latency(75));
        Assert.Equal(0.75, Run(trace, new ReplayOptions(), "FIFO", 2).WarmRatio);
    }

    [Fact]
    public void Run_EqualWorkersNothingShared_NoStrategyChangesALatency()
    {
        // One queue before all slots: who waits and for how long does not depend on which free slot is taken.
        var load = ReplayLoad.Of(TraceSynthesizer.Create(new SynthesisOptions { Load = SyntheticLoad.Heavy, Invocations = 50_000, Slots = 2 }), new ReplayOptions());
        var figures = StrategyCatalog.Names.Select(strategy => Replayer.Run(load, new ReplayOptions(), strategy, 4)).ToList();
        Assert.All(figures, strategy => Assert.Equal((figures[0].Latency(99), figures[0].MeanQueue), (strategy.Latency(99), strategy.MeanQueue)));
        Assert.True(figures[1].Imbalance > figures[3].Imbalance); // FIFO fills one worker after the other, LEAST levels
    }

    [Fact]
    public void Run_SlowWorker_LeastLoadedAvoidsItAndRoundRobinDoesNot()
    {
        // In turn a quarter of the calls meets the slow one; by fewest outstanding each worker gets calls as fast as it ends them: one in seven.
        var load = ReplayLoad.Of(TraceSynthesizer.Create(new SynthesisOptions { Load = SyntheticLoad.SlowWorker, Invocations = 50_000, Utilisation = 0.5 }), new ReplayOptions());
        Near(4 * Ms, Replayer.Run(load, new ReplayOptions(), "RR", 4).Latency(80));
        Near(2 * Ms, Replayer.Run(load, new ReplayOptions(), "LEAST", 4).Latency(80));
    }

    [Fact]
    public void Run_HeavyTailOnSharedProcessors_LeastAndP2CBeatRoundRobin()
    {
        var load = ReplayLoad.Of(TraceSynthesizer.Create(new SynthesisOptions { Load = SyntheticLoad.Heavy, Invocations = 50_000, Slots = 1, Utilisation = 0.6 }), new ReplayOptions());
        var options = new ReplayOptions { Slots = 64, Processors = 1 };
        var roundRobin = Replayer.Run(load, options, "RR", 4).Latency(99);
        Assert.True(Replayer.Run(load, options, "P2C", 4).Latency(99) < roundRobin);
        Assert.True(Replayer.Run(load, options, "LEAST", 4).Latency(99) < roundRobin);
        Assert.True(Replayer.Run(load, options, "FIFO", 4).Latency(99) > roundRobin);
    }

    [Fact]
    public void Run_ManyFunctionsFewKept_HashIsWarmest()
    {
        var load = ReplayLoad.Of(TraceSynthesizer.Create(new SynthesisOptions { Load = SyntheticLoad.Zipf, Invocations = 50_000, Utilisation = 0.3 }), new ReplayOptions());
        var options = new ReplayOptions { WarmFunctions = 100 };
        var best = StrategyCatalog.Names.Select(strategy => Replayer.Run(load, options, strategy, 4)).MaxBy(figures => figures.WarmRatio)!;
        Assert.Equal(StrategyNames.BoundedHash, best.Strategy);
    }

    [Fact]
    public void Recorded_WhatRan_HasItsOwnFigures()
    {
        var trace = Traces.Of(Traces.Header(1, 0, s_worker, s_worker), 1, Traces.Invocation(0, 10 * Ms), Traces.Invocation(0, 10 * Ms));
        var figures = RecordedFigures.Of(trace)!;
        Assert.Equal(2, figures.Completed);
        Assert.Equal(2, figures.Imbalance); // both on worker 0 of two
        Assert.Null(RecordedFigures.Of(TraceSynthesizer.Create(new SynthesisOptions { Load = SyntheticLoad.Uniform, Invocations = 10 })));
    }

    private static ReplayFigures Run(Trace trace, ReplayOptions options, string strategy, int workers) =>
        Replayer.Run(ReplayLoad.Of(trace, options), options, strategy, workers);

    // That no worker has run: its time is its own.
    private static TraceInvocation MadeUp(long arrived, long work) => Traces.Invocation(arrived, work) with { Worker = TraceFormat.NoWorker };

    // Three digits are what the histograms keep.
    private static void Near(double expected, double actual) => Assert.InRange(actual, expected * 0.998, expected * 1.002);
}
