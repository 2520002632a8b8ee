using System.Diagnostics.Metrics;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Options;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Telemetry;

/// <summary>All that one supervisor measures, and who reads it.</summary>
internal sealed class SupervisorTelemetry : IDisposable
{
    private readonly Meter _meter = FaasMeter.Create();
    private readonly OtlpExport? _export;

    public SupervisorTelemetry(
        SupervisorOptions options, FunctionStore store, Scheduler scheduler, WorkerPool pool, BuildMetrics builds, LoopSupervisor loops, SocketThreadWatch threads)
    {
        var table = new FunctionSeriesTable(options.MetricFunctions, options.Workers, version => store.TryResolve(version.Id, out _));
        Invocations = new InvocationMetrics(_meter, table, options.BackendOf);
        PoolMetrics.Register(_meter, scheduler, pool);
        ProcessMetrics.Register(_meter);
        StoreMetrics.Register(_meter, store);
        LoopMetrics.Register(_meter, loops, threads);
        builds.Register(_meter);
        Page = new MetricsPage(_meter, Invocations.WriteDurations, builds.WriteDurations);
        _export = OtlpExport.StartIfWanted(_meter);
    }

    public InvocationMetrics Invocations { get; }

    /// <summary>For <c>/metrics</c>.</summary>
    public MetricsPage Page { get; }

    public void Dispose()
    {
        _export?.Dispose();
        Page.Dispose();
        _meter.Dispose();
    }
}
