using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Faas.Supervisor.Telemetry;

/// <summary>
/// Pushes metrics and spans by OTLP where the standard environment variables name a collector (OpenTelemetry, "Environment
/// Variable Specification"); protocol, headers, intervals, sampler and resource come from such variables too.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "minifaas";

    // A collector that does not answer must not hold up the end of the server.
    private const int ShutdownMilliseconds = 1000;

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    private OtlpExport(Meter meter)
    {
        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come after it and win.
        var resource = ResourceBuilder.CreateEmpty()
            .AddService(ServiceName, serviceVersion: meter.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(meter.Name)
            .AddRuntimeInstrumentation()
            .AddOtlpExporter()
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(InvocationTracing.SourceName)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Starts it, or returns null where no collector is named. Only a start loads OpenTelemetry's assemblies.</summary>
    public static OtlpExport? StartIfWanted(Meter meter) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint)) ? null : new OtlpExport(meter);

    public void Dispose()
    {
        _traces.Shutdown(ShutdownMilliseconds);
        _metrics.Shutdown(ShutdownMilliseconds);
        _traces.Dispose();
        _metrics.Dispose();
    }
}
