using System.Text.Json;
using Faas.Supervisor.Gateway;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Scheduling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class HealthEndpointTests
{
    [Fact]
    public async Task Health_ALoopFailsAgainAndAgain_503WithItsNameUntilItIsWell()
    {
        var time = new FakeTimeProvider();
        var loops = new LoopSupervisor(time, NullLogger.Instance);
        await using var threads = SocketThreadWatch.Start(0, () => { }, NullLogger.Instance);
        var health = new HealthEndpoint(new Scheduler([new WorkerPosition("wasmtime", 1, 1)], "RR", 1), loops, threads);
        Assert.Equal(200, (await AskAsync(health)).Status);

        using var stopping = new CancellationTokenSource();
        var isBroken = true;
        var running = loops.RunAsync("a loop", token => isBroken ? throw new IOException("/a/path") : Task.Delay(Timeout.Infinite, token), stopping.Token);
        (int Status, JsonElement Body) answer;
        while ((answer = await AskAsync(health)).Status == 200)
        {
            time.Advance(LoopSupervisor.FirstPause);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal((503, "loop_unwell", "a loop"), (answer.Status, answer.Body.GetProperty("error").GetString(), answer.Body.GetProperty("loops")[0].GetString()));
        Assert.DoesNotContain("/a/path", answer.Body.GetRawText(), StringComparison.Ordinal);
        isBroken = false;
        while ((await AskAsync(health)).Status == 503)
        {
            time.Advance(LoopSupervisor.LongestPause);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await stopping.CancelAsync();
        await running;
    }

    private static async Task<(int Status, JsonElement Body)> AskAsync(HealthEndpoint health)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Response.Body = body;
        await health.HealthAsync(context);
        return (context.Response.StatusCode, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
