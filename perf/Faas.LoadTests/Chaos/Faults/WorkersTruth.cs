using System.Diagnostics;
using System.Text.Json;
using Faas.LoadTests.Chaos.Calls;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>Holds what <c>/status</c> says against the processes that there are.</summary>
internal static class WorkersTruth
{
    private const string Kind = "status";

    /// <summary>How long <c>/status</c> may still show a process that has just ended.</summary>
    private static readonly TimeSpan s_stale = TimeSpan.FromSeconds(3);

    /// <summary>One look; null when there was no answer.</summary>
    public static async Task<StatusPage?> AskAsync(ChaosClient client)
    {
        StatusPage? page = null;
        await client.Judge.WatchAsync(Kind, client.Deadline, leave => client.AskAsync(
            HttpMethod.Get,
            "/status",
            null,
            json =>
            {
                page = StatusPage.Read(json);
                return CallOutcome.Ok;
            },
            leave));
        return page;
    }

    /// <summary>Waits until all workers are ready, which is a violation when it does not come.</summary>
    public static async Task WaitUntilReadyAsync(FaultContext context, TimeSpan limit)
    {
        var mark = context.Clock.Now;
        StatusPage? page = null;
        limit += context.RecoveryBound;
        while (context.Clock.Since(mark) < limit && !context.Server.HasExited && !context.Client.Judge.HasGivenUp)
        {
            page = await AskAsync(context.Client);
            if (page is not null && page.Workers.All(worker => worker.State == "ready") && Lies(context, page).Length == 0)
            {
                context.Tally.Recovered("until all workers are ready", context.Clock.Since(mark));
                return;
            }

            await Task.Delay(20);
        }

        if (!context.Server.HasExited && !context.Client.Judge.HasGivenUp)
        {
            context.Tally.Violated(
                ChaosVerdicts.Status,
                $"not all workers ready after {limit.TotalSeconds:0} s: {page}, processes {string.Join(' ', VictimCatalog.WorkersOf(context.Server.ProcessId))}");
        }
    }

    /// <summary>Looks again and again until it is told to end.</summary>
    public static async Task WatchAsync(FaultContext context, CancellationToken end)
    {
        var suspicions = new Dictionary<string, long>();
        while (!end.IsCancellationRequested && !context.Server.HasExited && !context.Client.Judge.HasGivenUp)
        {
            if (await AskAsync(context.Client) is { } page)
            {
                var lies = Lies(context, page);
                foreach (var gone in suspicions.Keys.Except(lies).ToArray())
                {
                    suspicions.Remove(gone);
                }

                foreach (var lie in lies)
                {
                    if (suspicions.TryAdd(lie, context.Clock.Now))
                    {
                        continue;
                    }

                    if (context.Clock.Since(suspicions[lie]) > s_stale + context.RecoveryBound)
                    {
                        context.Tally.Violated(ChaosVerdicts.Status, $"{lie} ({context.Journal.Describe(Stopwatch.GetTimestamp())})");
                        suspicions[lie] = long.MaxValue; // told once
                    }
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), CancellationToken.None);
        }
    }

    private static string[] Lies(FaultContext context, StatusPage page)
    {
        var alive = VictimCatalog.WorkersOf(context.Server.ProcessId);
        return
        [
            .. page.Workers.Where(worker => worker.State == "ready" && !alive.Contains(worker.ProcessId)).Select(worker => $"worker {worker.Index} is said to be ready with pid {worker.ProcessId}, which is not there"),
            .. page.Workers.Where(worker => worker.Busy > worker.Slots || worker.Busy < 0).Select(worker => $"worker {worker.Index} is said to have {worker.Busy} of {worker.Slots} slots in use"),
        ];
    }
}
