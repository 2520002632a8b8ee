using System.Collections.Concurrent;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary><c>kill -9</c>, of workers and of the supervisor, at any moment.</summary>
public sealed class CrashTests
{
    private const int Workers = 3;
    private const int Kills = 6;

    [Fact]
    public async Task KilledWorkers_UnderLoad_FailOnlyWhatTheyRan()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", $"{Workers}", "--slots", "2");
        await server.DeployedAsync("sleep", "wasm", Sources.ShortSleep);
        var answers = await KillUnderLoadAsync(server);
        var failed = answers.Where(answer => answer.Status != 200).ToArray();
        Assert.All(failed, answer => answer.ShouldFail(502, "worker_crashed"));
        // In flight on a killed worker: never more than its slots.
        Assert.InRange(failed.Length, 0, Kills * 2);
        await AssertAllWorkersServeAsync(server);
    }

    [Fact]
    public async Task KilledWorkers_UnderLoad_OfAnIdempotentFunction_FailNothing()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", $"{Workers}", "--slots", "2");
        await server.DeployedAsync("sleep", "wasm", Sources.ShortSleep, "&idempotent=true");
        var answers = await KillUnderLoadAsync(server);
        Assert.All(answers, answer => Assert.Equal("ok", answer.ShouldSucceed().Output));
        await AssertAllWorkersServeAsync(server);
    }

    [Fact]
    public async Task KilledWorker_OfARunningInvocation_IsReportedWithItsReceipt()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--slots", "1", "--queue", "0");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("loop", "wasm", RepositoryLayout.Module("loop.wat"));
        var worker = Assert.Single(server.Workers);
        var call = server.InvokeAsync("loop");
        await Patience.UntilAsync(
            async () =>
            {
                if (call.IsCompleted)
                {
                    // The question came before it and had the only slot.
                    call = server.InvokeAsync("loop");
                }

                return (await server.InvokeAsync("ok")).Status == 429 && !call.IsCompleted;
            },
            "the loop runs",
            () => server.Errors);

        LibcNativeMethods.kill(worker, LibcNativeMethods.SIGKILL);
        var answer = (await call).ShouldFail(502, "worker_crashed");
        Assert.Equal(0, answer.Worker);
        Assert.NotNull(answer.Header("Server-Timing"));
        await Patience.UntilAsync(async () => (await server.InvokeAsync("ok")).Status == 200, "a new worker serves", () => server.Errors);
    }

    [Fact]
    public async Task KilledSupervisor_WhileDeploying_LosesNothingItAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentDictionary<string, string>();
        for (var round = 0; round < 3; round++)
        {
            await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "2");
            await AssertAllThereAsync(server, acknowledged);
            var before = acknowledged.Count;
            var deployers = Enumerable.Range(0, 4).Select(i => DeployUntilItEndsAsync(server, $"{round}-{i}", acknowledged)).ToArray();
            await Patience.UntilAsync(() => acknowledged.Count >= before + 12, "12 deploys", () => server.Errors);
            await server.KillAsync();
            await Task.WhenAll(deployers);
        }

        await using var last = await MiniFaasServer.StartInAsync(folder, "--workers", "2");
        await AssertAllThereAsync(last, acknowledged);
        foreach (var function in (await last.GetAsync("/functions")).Json.GetProperty("functions").EnumerateArray())
        {
            // Also those whose answer got lost: present means whole.
            (await last.InvokeAsync(function.GetProperty("id").GetString()!)).ShouldSucceed();
        }
    }

    [Fact]
    public async Task KilledSupervisor_WithRunningGuests_TakesThemAlong()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await MiniFaasServer.StartInAsync(folder))
        {
            await server.DeployedAsync("loop", "wasm", Sources.LoopWithHead);
            using var client = await server.ConnectAsync();
            await client.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            await client.ReadUntilAsync("looping");
            // Interpreters are grandchildren; those that this machine has run too.
            var clients = new List<RawConnection>();
            foreach (var (language, source) in new[] { ("js", "console.log('looping'); for (;;) {}"), ("python", "print('looping', flush=True)\nwhile True: pass\n"), ("php", "<?php echo \"looping\\n\"; while (true) {}") })
            {
                if ((await server.DeployAsync($"loop-{language}", language, source)).Status == 200)
                {
                    var interpreter = await server.ConnectAsync();
                    clients.Add(interpreter);
                    await interpreter.SendAsync($"GET /fn/loop-{language}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                    await Patience.UntilAsync(
                        () => ProcessTable.DescendantsOf(server.ProcessId).Any(process => IsInterpreter(process.Id, language)), $"a {language} process runs");
                }
            }

            await server.KillAsync();
            clients.ForEach(interpreter => interpreter.Dispose());
        }

        await using var next = await MiniFaasServer.StartInAsync(folder);
        await next.DeployedAsync("ok", "wasm", Sources.Ok);
        (await next.InvokeAsync("ok")).ShouldSucceed();
        (await next.GetAsync("/function/loop")).ShouldSucceed();
    }

    private static bool IsInterpreter(int process, string language) =>
        ProcessTable.Describe(new(process, "")).Contains(language == "js" ? "node" : language, StringComparison.Ordinal);

    private static async Task DeployUntilItEndsAsync(MiniFaasServer server, string name, ConcurrentDictionary<string, string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var isModule = i % 2 == 0;
                var answer = await server.DeployAsync(
                    $"{name}-{i % 3}", isModule ? "wasm" : "html", isModule ? Sources.Ok.Replace("\"ok\"", $"\"{i % 90 + 10}\"", StringComparison.Ordinal) : $"{i}");
                acknowledged[answer.ShouldSucceed().Text("id")!] = isModule ? $"{i % 90 + 10}" : $"{i}";
            }
        }
        catch (HttpRequestException)
        {
            // The server is gone: what it had not acknowledged may be there or not.
        }
    }

    private static async Task AssertAllThereAsync(MiniFaasServer server, ConcurrentDictionary<string, string> acknowledged)
    {
        foreach (var (id, output) in acknowledged)
        {
            Assert.Equal(output, (await server.InvokeAsync(id)).ShouldSucceed().Output);
        }
    }

    private static async Task<IReadOnlyCollection<Answer>> KillUnderLoadAsync(MiniFaasServer server)
    {
        var answers = new ConcurrentBag<Answer>();
        var rounds = new int[4];
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, rounds.Length).Select(async i =>
        {
            while (!stop.IsCancellationRequested)
            {
                answers.Add(await server.InvokeAsync("sleep"));
                Interlocked.Increment(ref rounds[i]);
            }
        }).ToArray();
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await Patience.UntilAsync(() => server.Workers.Count == Workers, "every worker runs", () => server.Errors);
                var victim = server.Workers[kill % Workers];
                LibcNativeMethods.kill(victim, LibcNativeMethods.SIGKILL);
                await Patience.UntilAsync(
                    async () => !server.Workers.Contains(victim) && server.Workers.Count == Workers && await ReadyAsync(server) == Workers,
                    "the worker has been replaced",
                    () => server.Errors);
                // What was in flight, retried or not, has ended before the next one is killed.
                var seen = rounds.ToArray();
                await Patience.UntilAsync(() => rounds.Zip(seen).All(pair => pair.First >= pair.Second + 2), "every client was answered", () => server.Errors);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }

        return answers;
    }

    private static async Task<int> ReadyAsync(MiniFaasServer server)
    {
        var answer = await server.GetAsync("/readyz");
        return answer.IsOk ? answer.Json.GetProperty("workersReady").GetInt32() : 0;
    }

    /// <summary>What cleans /tmp does to the default runtime folder.</summary>
    [Theory]
    [InlineData("unix")]
    [InlineData("pipe")]
    [InlineData("shm")]
    public async Task KilledWorkers_AfterTheRuntimeFolderWasLost_AreReplaced(string transport)
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", $"{Workers}", "--slots", "2", "--transport", transport);
        await server.DeployedAsync("sleep", "wasm", Sources.ShortSleep);
        Directory.Delete(server.Folder.Run, recursive: true);
        var before = server.Workers;
        foreach (var worker in before)
        {
            LibcNativeMethods.kill(worker, LibcNativeMethods.SIGKILL);
        }

        await Patience.UntilAsync(
            async () => server.Workers.Count == Workers && !server.Workers.Intersect(before).Any() && (await server.SendAsync(HttpMethod.Get, "/readyz")).Status == 200,
            "new workers serve",
            () => server.Errors);
        (await server.InvokeAsync("sleep")).ShouldSucceed();
        await server.DeployedAsync("python", "python", "print('x', end='')");
        var answer = await server.InvokeAsync("python");
        Assert.True(answer.Status == 501 || answer.ShouldSucceed().Output == "x");
    }

    private static async Task AssertAllWorkersServeAsync(MiniFaasServer server)
    {
        var workers = new HashSet<int>();
        for (var i = 0; i < Workers * 2; i++)
        {
            workers.Add((await server.InvokeAsync("sleep")).ShouldSucceed().Worker);
        }

        Assert.Equal(Workers, workers.Count);
    }
}
