namespace Faas.LoadTests.Chaos.Faults;

/// <summary>The disk of the data and the runtime folder has no room for a while.</summary>
internal sealed class FullDisk : IChaosFault
{
    public string Name => "disk full";

    public int Weight => 2;

    public async Task DoAsync(FaultContext context, Random random)
    {
        if (!context.Disk.IsOwn)
        {
            return;
        }

        var length = TimeSpan.FromMilliseconds(random.Next(500, 4000));
        using var fault = context.Journal.Begin(Name, FormattableString.Invariant($"for {length.TotalSeconds:F1} s"), FaultExcuses.NoStorage);
        context.Disk.Fill();
        await context.RecoverAsync("the disk is full", context.Clock.Now);
        await Task.Delay(length);
        context.Disk.Free();
        await context.RecoverAsync(Name, context.Clock.Now);
    }
}
