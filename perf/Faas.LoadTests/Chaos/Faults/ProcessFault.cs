using System.Diagnostics;
using Faas.LoadTests.Chaos.Calls;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>A process of the server is killed, crashes, or is stopped for a while.</summary>
/// <param name="victim">One of <see cref="VictimCatalog"/>.</param>
/// <param name="signal">SIGKILL, SIGSEGV or SIGSTOP.</param>
internal sealed class ProcessFault(string victim, int signal) : IChaosFault
{
    private static readonly TimeSpan s_search = TimeSpan.FromSeconds(2); // some live for milliseconds
    private static readonly TimeSpan s_elsewhere = TimeSpan.FromSeconds(2.5); // a missed heartbeat, and the time to notice it
    private static readonly TimeSpan s_ready = TimeSpan.FromSeconds(20); // the longest back-off and a start
    private const int LongestWorkerStopMs = 7000; // past the heartbeat's limit
    private const int LongestStopMs = 2500;
    private const int CallsBesideStopped = 8;

    public string Name => $"{victim} {Word}";

    public int Weight => victim == VictimCatalog.Worker ? 4 : 1;

    private string Word => signal switch { LibcNativeMethods.SIGKILL => "killed", LibcNativeMethods.SIGSEGV => "crashed", _ => "stopped" };

    public async Task DoAsync(FaultContext context, Random random)
    {
        var several = victim == VictimCatalog.Worker && signal != LibcNativeMethods.SIGSTOP ? random.Next(10) switch { 0 => ChaosServer.Workers, 1 or 2 => 2, _ => 1 } : 1;
        var length = TimeSpan.FromMilliseconds(random.Next(300, victim == VictimCatalog.Worker ? LongestWorkerStopMs : LongestStopMs));
        if (await SearchAsync(context, random, several) is not { Length: > 0 } found)
        {
            return;
        }

        var details = string.Join(' ', found) + (signal == LibcNativeMethods.SIGSTOP ? FormattableString.Invariant($" for {length.TotalSeconds:F1} s") : "");
        using var fault = context.Journal.Begin(Name, details, Excuses(found.Length));
        var mark = context.Clock.Now;
        foreach (var id in found)
        {
            _ = LibcNativeMethods.kill(id, signal);
        }

        if (signal == LibcNativeMethods.SIGSTOP)
        {
            await StopAsync(context, length);
            mark = context.Clock.Now;
            _ = LibcNativeMethods.kill(found[0], LibcNativeMethods.SIGCONT); // gone when its deadline or its heartbeat ended it
        }

        await context.RecoverAsync(Name, mark);
        if (victim == VictimCatalog.Worker)
        {
            await WorkersTruth.WaitUntilReadyAsync(context, s_ready);
        }
    }

    private async Task StopAsync(FaultContext context, TimeSpan length)
    {
        var beside = victim == VictimCatalog.Worker && length > s_elsewhere + TimeSpan.FromSeconds(1);
        await Task.Delay(beside ? s_elsewhere : length);
        if (!beside)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < CallsBesideStopped && Stopwatch.GetElapsedTime(began) < length - s_elsewhere; i++)
        {
            await context.RecoverAsync("a worker beside is stopped", context.Clock.Now);
        }

        var rest = length - s_elsewhere - Stopwatch.GetElapsedTime(began);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
    }

    private async Task<int[]> SearchAsync(FaultContext context, Random random, int count)
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            var all = VictimCatalog.Find(victim, context.Server.ProcessId).ToArray();
            if (all.Length > 0)
            {
                random.Shuffle(all);
                return all[..Math.Min(count, all.Length)];
            }

            await Task.Delay(1);
        }
        while (Stopwatch.GetElapsedTime(began) < s_search);
        return [];
    }

    private Func<string, string, bool> Excuses(int victims) => (victim, signal == LibcNativeMethods.SIGSTOP) switch
    {
        (VictimCatalog.Worker, true) => FaultExcuses.WorkerStopped,
        (VictimCatalog.Worker, false) when victims == ChaosServer.Workers => static (kind, code) => code == "no_worker" || FaultExcuses.WorkerEnded(kind, code),
        (VictimCatalog.Worker, false) => FaultExcuses.WorkerEnded,
        (VictimCatalog.Interpreter, true) => FaultExcuses.GuestStopped,
        (VictimCatalog.Interpreter, false) => FaultExcuses.GuestEnded,
        (VictimCatalog.Sandbox, true) => static (kind, code) => FaultExcuses.GuestStopped(kind, code) || FaultExcuses.CompilerEnded(kind, code),
        (VictimCatalog.Sandbox, false) => static (kind, code) => FaultExcuses.GuestEnded(kind, code) || FaultExcuses.CompilerEnded(kind, code),
        _ => FaultExcuses.CompilerEnded,
    };
}
