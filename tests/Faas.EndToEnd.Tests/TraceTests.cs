using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>W3C trace context: in, to the function, and out by OTLP.</summary>
public sealed class TraceTests(SharedServer shared)
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = $"00-{TraceId}-00f067aa0ba902b7-01";

    [Fact]
    public async Task Function_OfATracedRequest_GetsItsContext()
    {
        await shared.Server.DeployedAsync("traced", "c", Sources.Cgi);
        var answer = await shared.Server.SendAsync(HttpMethod.Get, "/fn/traced/x", null, ("traceparent", Parent), ("tracestate", "a=b"));
        var variables = answer.Body.Split('\n');
        Assert.Contains($"TRACEPARENT={Parent}", variables);
        Assert.Contains("TRACESTATE=a=b", variables);
        Assert.Contains($"HTTP_TRACEPARENT={Parent}", variables);
        Assert.DoesNotContain("TRACEPARENT=", (await shared.Server.GetAsync("/fn/traced/x")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\nTRACEPARENT=", (await shared.Server.SendAsync(HttpMethod.Get, "/fn/traced/x", null, ("traceparent", "nonsense"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invocation_WithACollector_SendsItsSpanAndMetrics()
    {
        using var collector = new Collector();
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
        };
        await using var server = await MiniFaasServer.StartWithAsync(environment, "--workers", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        var answer = await server.SendAsync(HttpMethod.Post, "/invoke?fn=ok", [], ("traceparent", Parent));
        var invocation = answer.ShouldSucceed().Header("X-Faas-Invocation")!;
        await Patience.UntilAsync(
            () => collector.Has("/v1/traces", "invoke ok", invocation, "faas.run.duration", "started", "minifaas") && collector.Has("/v1/traces", Convert.FromHexString(TraceId)),
            "the invocation's span, in its caller's trace",
            () => server.Errors);
        await Patience.UntilAsync(() => collector.Has("/v1/metrics", "faas.invocations", "faas.invocation.duration", "faas.queue.depth"), "the metrics", () => server.Errors);
    }

    [Fact]
    public async Task Stop_WithACollectorThatIsNotThere_IsNotHeldUp()
    {
        var environment = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1" };
        await using var server = await MiniFaasServer.StartWithAsync(environment, "--workers", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        (await server.InvokeAsync("ok")).ShouldSucceed();
        server.Terminate();
        Assert.Equal(0, await server.WaitForEndAsync());
    }
}
