using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>The supervisor does not run for a while, as when the machine sleeps. Its workers are not at fault and have to be there afterwards.</summary>
internal sealed class SupervisorPause(int seconds) : IChaosFault
{
    private static readonly TimeSpan s_afterwards = TimeSpan.FromSeconds(1);

    public string Name => $"supervisor stopped {seconds} s";

    public int Weight => 1;

    public async Task DoAsync(FaultContext context, Random random)
    {
        using var fault = context.Journal.Begin(Name, "", FaultExcuses.SupervisorStopped);
        var before = VictimCatalog.WorkersOf(context.Server.ProcessId);
        using (context.Clock.Excuse())
        {
            context.Server.Signal(LibcNativeMethods.SIGSTOP);
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            context.Server.Signal(LibcNativeMethods.SIGCONT);
        }

        await context.RecoverAsync(Name, context.Clock.Now);
        await Task.Delay(s_afterwards);
        var after = VictimCatalog.WorkersOf(context.Server.ProcessId);
        if (before.Except(after).ToArray() is { Length: > 0 } ended)
        {
            context.Tally.Violated(ChaosVerdicts.Status, $"{Name}: workers {string.Join(' ', ended)} were healthy and have been ended");
        }
    }
}
