using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>
/// <c>kill -9</c> of the server while clients queue invocations: each one that was acknowledged ran once, or is said to be
/// unknown. MINIFAAS_TEST_ASYNC_KILLS=50 makes it a long run.
/// </summary>
public sealed class AsyncKillTests(ITestOutputHelper output)
{
    private const string KillsVariable = "MINIFAAS_TEST_ASYNC_KILLS";
    private const int DefaultKills = 3;
    private const int Clients = 8;
    private const int PageLength = 1000;

    private static readonly string[] s_arguments = ["--workers", "2", "--slots", "8", "--async-slots", "8"];

    [Fact]
    public async Task Kill_UnderAsyncLoad_EveryAcceptedInvocationIsAccountedFor()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), CultureInfo.InvariantCulture, out var asked) ? asked : DefaultKills;
        using var folder = new TemporaryFolder();
        var accepted = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var random = new Random(1);
        for (var round = 0; round < kills; round++)
        {
            await using var server = await MiniFaasServer.StartInAsync(folder, s_arguments);
            if (round == 0)
            {
                await server.DeployedAsync("echo", "wasm", Sources.SlowEcho);
            }

            var enough = accepted.Count + random.Next(50, 250);
            var clients = Enumerable.Range(0, Clients).Select(client => QueueUntilItEndsAsync(server, $"{round}-{client}", accepted)).ToArray();
            await Patience.UntilAsync(() => accepted.Count >= enough, "enough was accepted", () => server.Errors);
            await server.KillAsync();
            await Task.WhenAll(clients);
        }

        await using var last = await MiniFaasServer.StartInAsync(folder, s_arguments);
        await Patience.UntilAsync(async () => await CountAsync(last, "queued") + await CountAsync(last, "running") == 0, "all have ended");
        var succeeded = 0;
        var unknown = 0;
        foreach (var (id, input) in accepted)
        {
            var end = (await last.GetAsync("/invocation/" + id)).ShouldSucceed();
            var attempt = Assert.Single(end.Json.GetProperty("history").EnumerateArray());
            if (end.Text("state") == "succeeded")
            {
                Assert.Equal(input, end.Output);
                Assert.True(attempt.TryGetProperty("ended", out _), end.Body);
                succeeded++;
            }
            else
            {
                Assert.Equal("unknown", end.Text("state"));
                Assert.False(attempt.TryGetProperty("ended", out _), end.Body);
                unknown++;
            }
        }

        // What the guests themselves said, as far as the log reaches back: none of them ran twice.
        var said = (await last.GetAsync("/function/echo/logs?tail=10000")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("stderr").GetString()).ToList();
        Assert.NotEmpty(said);
        Assert.Equal(said.Count, said.Distinct().Count());
        Assert.True(unknown <= kills * 8, $"{unknown} unknown of {kills} kills: more than ran");
        output.WriteLine($"{kills} kills: {accepted.Count} accepted, {succeeded} succeeded once, {unknown} unknown, 0 lost; {said.Count} in the function's log, none twice");
    }

    private static async Task QueueUntilItEndsAsync(MiniFaasServer server, string prefix, ConcurrentDictionary<string, string> accepted)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var input = $"{prefix}-{i}";
                var answer = await server.InvokeAsync("echo", input, "&async=1");
                Assert.Equal(202, answer.Status);
                accepted[answer.Text("invocation")!] = input;
            }
        }
        catch (HttpRequestException)
        {
            // The server is gone: what it had not acknowledged may be there or not.
        }
    }

    private static async Task<int> CountAsync(MiniFaasServer server, string state) =>
        (await server.GetAsync($"/invocations?state={state}&limit={PageLength}")).ShouldSucceed().Json.GetProperty("invocations").GetArrayLength();
}
