namespace Faas.LoadTests.Chaos.Calls;

/// <summary>How a call ended, as its caller saw it.</summary>
/// <param name="Code"><c>ok</c>, the stable code of a failure, or one of the words here.</param>
/// <param name="Fault">Why this can never be right; null = right if the code is.</param>
/// <param name="Message">What a failure says.</param>
internal readonly record struct CallOutcome(string Code, string? Fault = null, string Message = "")
{
    /// <summary>The connection ended before the answer did.</summary>
    public const string Broken = "broken";

    /// <summary>The caller went away, as it meant to.</summary>
    public const string Left = "left";

    /// <summary>No answer has come.</summary>
    public const string None = "none";

    public static CallOutcome Ok { get; } = new("ok");

    public bool IsOk => Code == "ok" && Fault is null;

    public static CallOutcome Wrong(string code, string fault) => new(code, fault);
}
