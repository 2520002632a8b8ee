namespace Faas.LoadTests.Chaos.Faults;

/// <summary>Something that happens to a server.</summary>
internal interface IChaosFault
{
    /// <summary>Stable; what reports count and <c>--fault</c> chooses.</summary>
    string Name { get; }

    /// <summary>How often it is drawn, beside the others.</summary>
    int Weight { get; }

    /// <summary>Does it, undoes it, and measures how soon a fresh call is answered.</summary>
    /// <param name="context">The server and its clients.</param>
    /// <param name="random">Draws the victim and the times.</param>
    Task DoAsync(FaultContext context, Random random);
}
