using System.Diagnostics;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary><c>/metrics</c>, as a monitoring system reads it.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterCalls_TellWhatBecameOfThem()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2", "--slots", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("page", "html", "hi");
        await server.DeployedAsync("loop", "wasm", RepositoryLayout.Module("loop.wat"), "&timeout=50");
        for (var i = 0; i < 5; i++)
        {
            (await server.InvokeAsync("ok")).ShouldSucceed();
        }

        (await server.InvokeAsync("page")).ShouldSucceed();
        (await server.InvokeAsync("loop")).ShouldFail(504, "timeout");

        var page = await PrometheusPage.ReadAsync(server);
        Assert.Equal(5, page.Sum("faas_invocations_total", "function=\"ok\"", "version=\"1\"", "language=\"wasm\"", "backend=\"wasmtime\"", "status=\"ok\""));
        Assert.Equal(1, page.Sum("faas_invocations_total", "function=\"page\"", "language=\"html\"", "backend=\"none\"", "worker=\"none\"", "status=\"ok\""));
        Assert.Equal(1, page.Sum("faas_invocations_total", "function=\"loop\"", "status=\"timeout\""));
        Assert.Equal(5, page.Sum("faas_invocation_starts_total", "function=\"ok\""));
        foreach (var part in new[] { "queue", "send", "load", "run", "total" })
        {
            Assert.Equal(5, page.Sum("faas_invocation_duration_seconds_count", "function=\"ok\"", $"part=\"{part}\""));
        }

        Assert.InRange(page.Sum("faas_invocation_duration_seconds_sum", "function=\"loop\"", "part=\"run\""), 0.05, 60);
        Assert.Equal(2, page.Sum("faas_worker_slots"));
        Assert.Equal(0, page.Sum("faas_worker_slots_in_use"));
        Assert.Equal(0, page.Sum("faas_queue_depth"));
        Assert.Equal(3, page.Sum("faas_functions"));
        Assert.Equal(2, page.Sum("faas_build_duration_seconds_count", "language=\"wasm\""));
        Assert.True(page.Sum("faas_native_code_requests_total", "result=\"made\"") >= 1);
        foreach (var name in new[] { "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "dotnet_thread_pool_threads", "faas_worker_resident_memory_bytes" })
        {
            Assert.True(page.Sum(name) > 0, name);
        }
    }

    [Fact]
    public async Task Metrics_KilledWorker_CountsItsReplacement()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        LibcNativeMethods.kill(Assert.Single(server.Workers), LibcNativeMethods.SIGKILL);
        await Patience.UntilAsync(
            async () => (await PrometheusPage.ReadAsync(server)) is var page && page.Sum("faas_worker_restarts_total", "worker=\"0\"") == 1 && page.Sum("faas_worker_ready") == 1,
            "the worker's replacement is counted");
    }

    [Fact]
    public async Task Metrics_DeletedAndTooManyFunctions_HaveNoLabels()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--metric-functions", "2");
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            await server.DeployedAsync(name, "html", name);
            (await server.InvokeAsync(name)).ShouldSucceed();
        }

        var page = await PrometheusPage.ReadAsync(server);
        Assert.Equal(2, page.Sum("faas_invocations_total", "function=\"other\"", "version=\"other\""));
        Assert.Equal(4, page.Sum("faas_invocations_total"));

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, "/function/a")).Status);
        (await server.InvokeAsync("b")).ShouldSucceed();
        page = await PrometheusPage.ReadAsync(server);
        Assert.DoesNotContain(page.Series, series => series.Contains("function=\"a\"", StringComparison.Ordinal));
        Assert.Equal(2, page.Sum("faas_invocations_total", "function=\"b\""));
    }

    [Fact]
    public async Task Metrics_UnderTokens_NeedTheirScope()
    {
        using var folder = new TemporaryFolder();
        var made = (await MiniFaasCommand.RunAsync("token", "new", "prometheus", "--scopes", "metrics")).Output.Split('\n');
        await File.WriteAllTextAsync(folder.Combine("tokens"), made[1], TestContext.Current.CancellationToken);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--token-file", folder.Combine("tokens"));
        (await server.GetAsync("/metrics")).ShouldFail(401, "unauthorized");
        var bearer = ("Authorization", "Bearer " + made[0]);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, "/metrics", null, bearer)).Status);
        (await server.SendAsync(HttpMethod.Get, "/functions", null, bearer)).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Metrics_Promtool_HasNothingToSay()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed");
        await using var server = await MiniFaasServer.StartAsync("--workers", "2");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        (await server.InvokeAsync("ok")).ShouldSucceed();
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.StandardInput.WriteAsync((await server.GetAsync("/metrics")).Body);
        promtool.StandardInput.Close();
        Assert.Equal("", await said + await output);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, promtool.ExitCode);
    }
}
