namespace Faas.LoadTests.Chaos;

/// <summary>Ways in which a server fails. All but the two of time are exact on any machine.</summary>
internal static class ChaosVerdicts
{
    /// <summary>An answer with the wrong content, or with a code that no fault explains.</summary>
    public const string Wrong = "wrong";

    /// <summary>No answer at all.</summary>
    public const string Hang = "hang";

    /// <summary>An asynchronous invocation that was accepted and has not come to an end.</summary>
    public const string Lost = "lost";

    /// <summary><c>/status</c> says what is not so, or workers that nobody touched were ended.</summary>
    public const string Status = "status";

    /// <summary>Something is held that was not held before.</summary>
    public const string Leak = "leak";

    /// <summary>It ended by itself, or not as it should when asked to.</summary>
    public const string Stop = "stop";

    /// <summary>An answer past its deadline and the grace.</summary>
    public const string Late = "late";

    /// <summary>A fresh call was not answered soon enough after a fault.</summary>
    public const string Recovery = "recovery";

    public static IReadOnlyList<string> All { get; } = [Wrong, Hang, Lost, Status, Leak, Stop, Late, Recovery];
}
