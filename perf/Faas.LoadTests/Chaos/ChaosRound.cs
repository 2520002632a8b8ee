using System.Diagnostics;
using Faas.LoadTests.Chaos.Calls;
using Faas.LoadTests.Chaos.Faults;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos;

/// <summary>One server: started, loaded, hurt, left in peace, compared with what it was, and ended.</summary>
internal sealed class ChaosRound(ChaosCombination combination, ChaosOptions options)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(30); // the server's own drain is 10 s

    private readonly int _seed = combination.SeedIn(options.Seed);
    private readonly FaultJournal _journal = new();
    private readonly ChaosTally _tally = new();

    public async Task<ChaosRoundReport> RunAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var logPath = Path.Combine(options.Output, $"{combination.Strategy}-{combination.Transport}.log");
        using var clock = new ChaosClock();
        using var disk = new ChaosDisk();
        await using (var server = ChaosServer.Start(combination, disk, options.BinFolder, logPath))
        {
            await WaitUntilReadyAsync(server, cancellationToken);
            using var client = new ChaosClient(server, new CallJudge(clock, _journal, _tally, options.Grace, cancellationToken), options.Deadline);
            var context = new FaultContext(server, disk, client, _journal, clock, _tally, options.Recovery);
            var interpreted = await ChaosFunctions.DeployAsync(server, options.Deadline, cancellationToken);
            var asynchronous = new AsyncCalls(interpreted, _journal, _tally);
            var deploys = new DeployCalls(withCompiler: true, withJavaScript: interpreted.Any(function => function.Source.Language == "js"));
            ICallKind[] kinds = [new HelloCalls(), new EchoCalls(), new SleeperCalls(), new InterpretedCalls(interpreted), new StreamCalls(), new AbandonedStreamCalls(), new IngressCalls(), asynchronous, deploys];
            kinds = [.. kinds.Where(kind => options.Calls.Count == 0 || options.Calls.Contains(kind.Name))];

            await LoadAsync(kinds, client, seed: _seed + 1, static () => Task.Delay(s_warmUp));
            await QuietAsync(server, client, asynchronous, deploys);
            await ChaosFunctions.WarmAsync(client, combination.Strategy, interpreted);
            var before = await SettleAsync(server, disk, before: null, cancellationToken);
            await LoadAsync(kinds, client, _seed + 2, () => HurtAsync(context));
            await QuietAsync(server, client, asynchronous, deploys);
            if (server.HasExited)
            {
                _tally.Violated(ChaosVerdicts.Stop, $"the server ended by itself with {server.ExitCode}");
            }
            else if (!client.Judge.HasGivenUp)
            {
                await ChaosFunctions.WarmAsync(client, combination.Strategy, interpreted);
                Compare(before, await SettleAsync(server, disk, before, cancellationToken));
                await StopAsync(server, disk);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        var report = _tally.Report(combination, _seed, _journal, began, clock.WorstStall);
        if (report.Violations.Count == 0)
        {
            File.Delete(logPath);
        }
        else
        {
            await File.WriteAllLinesAsync(Path.ChangeExtension(logPath, ".faults"), _journal.Lines(), CancellationToken.None);
        }

        return report;
    }

    private static async Task WaitUntilReadyAsync(ChaosServer server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(2) };
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/status", cancellationToken);
                using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
                if (StatusPage.Read(json.RootElement).IsQuiet)
                {
                    return;
                }
            }
            catch (Exception early) when (early is HttpRequestException or TaskCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested(); // else it does not listen yet
            }

            if (server.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(1))
            {
                throw new InvalidOperationException("the server did not start");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Callers of every kind, from now until the work beside them is done.</summary>
    private static async Task LoadAsync(IReadOnlyList<ICallKind> kinds, ChaosClient client, int seed, Func<Task> beside)
    {
        using var end = new CancellationTokenSource();
        var random = new Random(seed);
        var callers = kinds.SelectMany(kind => Enumerable.Range(0, kind.Callers).Select(_ => CallAsync(kind, client, new Random(random.Next()), end.Token))).ToArray();
        try
        {
            await beside();
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(callers);
        }
    }

    private static async Task CallAsync(ICallKind kind, ChaosClient client, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested && !client.Server.HasExited && !client.Judge.HasGivenUp)
        {
            await kind.CallAsync(client, random);
            await Task.Delay(kind.Pause * random.NextDouble(), CancellationToken.None);
        }
    }

    private async Task HurtAsync(FaultContext context)
    {
        var random = new Random(_seed);
        var faults = FaultCatalog.Matching(options.Faults);
        var began = Stopwatch.GetTimestamp();
        using var end = new CancellationTokenSource();
        var truth = WorkersTruth.WatchAsync(context, end.Token);
        while (Stopwatch.GetElapsedTime(began) < options.FaultTime && !context.Server.HasExited && !context.Client.Judge.HasGivenUp)
        {
            await FaultCatalog.Draw(faults, random).DoAsync(context, random);
            await Task.Delay(random.Next(100, 600));
        }

        await end.CancelAsync();
        await truth;
    }

    private async Task QuietAsync(ChaosServer server, ChaosClient client, AsyncCalls asynchronous, DeployCalls deploys)
    {
        if (server.HasExited || client.Judge.HasGivenUp)
        {
            return;
        }

        await deploys.ClearAsync(client);
        await asynchronous.DrainAsync(client, s_drain);
        var began = Stopwatch.GetTimestamp();
        StatusPage? page;
        while ((page = await WorkersTruth.AskAsync(client)) is not { IsQuiet: true })
        {
            if (Stopwatch.GetElapsedTime(began) > s_quiet)
            {
                _tally.Violated(ChaosVerdicts.Leak, $"nobody calls, and /status says: {page}");
                return;
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Waits until nothing is too much, or without a state before until nothing changes.</summary>
    private static async Task<Holdings> SettleAsync(ChaosServer server, ChaosDisk disk, Holdings? before, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(ChaosServer.GuestIdle + TimeSpan.FromSeconds(1), cancellationToken);
        var last = Holdings.Take(server, disk);
        while (Stopwatch.GetElapsedTime(began) < s_quiet)
        {
            await Task.Delay(500, cancellationToken);
            var now = Holdings.Take(server, disk);
            if (now.MoreThan(before ?? last).Count == 0 && (before is not null || last.MoreThan(now).Count == 0))
            {
                return now;
            }

            last = now;
        }

        return last;
    }

    private void Compare(Holdings before, Holdings after)
    {
        foreach (var more in after.MoreThan(before))
        {
            _tally.Violated(ChaosVerdicts.Leak, more);
        }
    }

    private async Task StopAsync(ChaosServer server, ChaosDisk disk)
    {
        var processes = ProcessTree.TreeOf(server.ProcessId).Skip(1).ToArray();
        var began = Stopwatch.GetTimestamp();
        server.Signal(LibcNativeMethods.SIGTERM);
        if (!await server.WaitForExitAsync(s_stop))
        {
            _tally.Violated(ChaosVerdicts.Stop, $"SIGTERM has not ended it in {s_stop.TotalSeconds:0} s");
            return;
        }

        _tally.Recovered("SIGTERM to the end", Stopwatch.GetElapsedTime(began));
        if (server.ExitCode != 0)
        {
            _tally.Violated(ChaosVerdicts.Stop, $"exit code {server.ExitCode}");
        }

        foreach (var process in await LeftOfAsync(processes))
        {
            _tally.Violated(ChaosVerdicts.Leak, $"process {process} outlives the server");
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(disk.Run, "*.sock")
            .Concat(Directory.EnumerateFileSystemEntries(Path.Combine(disk.Data, "staging")))
            .Concat(Directory.EnumerateFileSystemEntries(disk.Temporary)))
        {
            _tally.Violated(ChaosVerdicts.Leak, $"{Path.GetRelativePath(disk.Root, entry)} is left after the end");
        }
    }

    /// <summary>
    /// Those that still run some seconds later, with state and command line: what dies with its parent does so when the kernel comes to it, and one
    /// that has ended and that process 1 has yet to reap holds nothing.
    /// </summary>
    private static async Task<IReadOnlyList<string>> LeftOfAsync(IReadOnlyList<int> processes)
    {
        List<string> left = [];
        for (var look = 0; look < 50; look++)
        {
            left = [.. processes.Select(ProcessTree.Describe).OfType<string>()];
            if (left.Count == 0)
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        return left;
    }
}
