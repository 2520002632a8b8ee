using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;

namespace Faas.Microbenchmarks;

/// <summary>The one configuration of every benchmark here, so that figures of different days mean the same.</summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    /// <param name="isShort">A tenth of the time for each benchmark: to see where it stands, not to compare with.</param>
    public BenchmarkConfig(bool isShort)
    {
        // In process: generating and restoring a project for each benchmark takes longer than the measuring, and the
        // engine's library is found as the product finds it.
        var job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithGcServer(false)
            .WithGcConcurrent(false);
        AddJob(isShort
            ? job.WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(80)).WithWarmupCount(3).WithIterationCount(7).WithId("short")
            : job.WithWarmupCount(5).WithIterationCount(15).WithId("release"));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Median, StatisticColumn.P95, StatisticColumn.OperationsPerSecond);
        AddExporter(MarkdownExporter.GitHub, JsonExporter.FullCompressed);
        AddLogger(ConsoleLogger.Default);

        // Not its validators that call each benchmark beforehand: they know values of [Params] only, and fail whatever takes
        // its values from [ParamsSource] or [ParamsAllValues]. Every set-up checks its own answers, and Program the reports.
        AddValidator(JitOptimizationsValidator.FailOnError);
        WithOptions(ConfigOptions.StopOnFirstError);
    }
}
