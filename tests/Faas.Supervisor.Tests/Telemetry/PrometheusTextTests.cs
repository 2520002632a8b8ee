using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Add_LabelsWithSpecialCharacters_AreEscaped()
    {
        var text = new PrometheusText();
        text.BeginFamily("faas_things_total", "counter", "Things\nand \\ more.");
        text.Add([], 3);
        text.Add([FaasMeter.Tag("name", "a\"b\\c\nd"), FaasMeter.Tag("gc.heap", "x")], 0.5);

        Assert.Equal(
            """
            # HELP faas_things_total Things\nand \\ more.
            # TYPE faas_things_total counter
            faas_things_total 3
            faas_things_total{name="a\"b\\c\nd",gc_heap="x"} 0.5

            """,
            text.ToString());
    }

    [Fact]
    public void AddHistogram_BucketsAreCumulativeAndEndWithInfinity()
    {
        var histogram = new DurationHistogram([10_000, 1_000_000]);
        foreach (var nanoseconds in new[] { 5_000, 10_000, 10_001, 2_000_000_000 })
        {
            histogram.Add(nanoseconds);
        }

        var counts = new long[3];
        var sum = 0.0;
        histogram.AddTo(counts, ref sum);
        var text = new PrometheusText();
        text.BeginFamily("faas_time_seconds", "histogram", "Time.");
        text.AddHistogram([FaasMeter.Tag("part", "run")], [1e-5, 1e-3], counts, sum);

        Assert.Equal(
            """
            # HELP faas_time_seconds Time.
            # TYPE faas_time_seconds histogram
            faas_time_seconds_bucket{part="run",le="1E-05"} 2
            faas_time_seconds_bucket{part="run",le="0.001"} 3
            faas_time_seconds_bucket{part="run",le="+Inf"} 4
            faas_time_seconds_sum{part="run"} 2.000025001
            faas_time_seconds_count{part="run"} 4

            """,
            text.ToString());
    }

    [Theory]
    [InlineData("faas.invocations", "{invocation}", true, "faas_invocations_total")]
    [InlineData("process.cpu", "s", true, "process_cpu_seconds_total")]
    [InlineData("faas.worker.resident_memory", "By", false, "faas_worker_resident_memory_bytes")]
    [InlineData("dotnet.thread_pool.thread.count", "{thread}", false, "dotnet_thread_pool_threads")]
    public void Name_OfAnInstrument_FollowsTheRules(string instrument, string unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusName.Of(instrument, unit, isCounter));
}
