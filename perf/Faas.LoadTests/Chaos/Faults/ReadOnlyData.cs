namespace Faas.LoadTests.Chaos.Faults;

/// <summary>The data folder can only be read for a while.</summary>
internal sealed class ReadOnlyData : IChaosFault
{
    public string Name => "data read-only";

    public int Weight => 2;

    public async Task DoAsync(FaultContext context, Random random)
    {
        if (!context.Disk.IsOwn)
        {
            return;
        }

        var length = TimeSpan.FromMilliseconds(random.Next(500, 4000));
        using var fault = context.Journal.Begin(Name, FormattableString.Invariant($"for {length.TotalSeconds:F1} s"), FaultExcuses.NoStorage);
        context.Disk.MakeReadOnly();
        await context.RecoverAsync("the data folder is read-only", context.Clock.Now);
        await Task.Delay(length);
        context.Disk.MakeWritable();
        await context.RecoverAsync(Name, context.Clock.Now);
    }
}
