namespace Faas.LoadTests.Chaos.Calls;

/// <summary>One kind of call; it knows what the right answer is.</summary>
internal interface ICallKind
{
    /// <summary>Stable; what <c>--call</c> chooses.</summary>
    string Name { get; }

    /// <summary>How many make such calls at once.</summary>
    int Callers { get; }

    /// <summary>Longest pause of a caller between two calls.</summary>
    TimeSpan Pause { get; }

    /// <summary>One call, or a few that belong together.</summary>
    Task CallAsync(ChaosClient client, Random random);
}
