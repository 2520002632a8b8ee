namespace Faas.LoadTests.Chaos.Faults;

/// <summary>A second in peace: what is wrong in it is no fault's doing. Alone, the control that the judging itself is right.</summary>
internal sealed class NoFault : IChaosFault
{
    public string Name => "none";

    public int Weight => 1;

    public async Task DoAsync(FaultContext context, Random random)
    {
        using var fault = context.Journal.Begin(Name, "", FaultExcuses.Nothing);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await context.RecoverAsync(Name, context.Clock.Now);
    }
}
