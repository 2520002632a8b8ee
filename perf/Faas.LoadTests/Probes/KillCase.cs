using Faas.Scenarios;

namespace Faas.LoadTests.Probes;

/// <summary>One way to be killed.</summary>
/// <param name="Language">As in <c>lang=</c>.</param>
/// <param name="Style">script, handler, or process: a script that has one to itself.</param>
/// <param name="Cause">timeout, output, memory or disconnect; disconnect-beside: while another call is in the process.</param>
internal sealed record KillCase(string Language, string Style, string Cause)
{
    public static IReadOnlyList<KillCase> All { get; } =
    [
        .. from language in new[] { "js", "python", "php" }
           from style in new[] { "script", "handler", "process" }
           from cause in new[] { "timeout", "output", "memory", "disconnect" }
           select new KillCase(language, style, cause),
        new("js", "handler", "disconnect-beside"),
    ];

    public string Id => $"{Language}-{Style}-{Cause}";

    public bool EndsByTimeout => Cause == "timeout";

    public bool EndsByDisconnect => Cause.StartsWith("disconnect", StringComparison.Ordinal);

    /// <summary>What the function is told to do.</summary>
    public string Deed => Cause switch { "output" => "flood", "memory" => "allocate", _ => "loop" };

    public string FunctionName => "kill-" + Id;

    /// <param name="timeout">Of a function whose deadline is the cause.</param>
    public FunctionSource Function(TimeSpan timeout)
    {
        var extension = Language == "python" ? "py" : Language;
        var options = "&memory=64" + (EndsByTimeout ? $"&timeout={timeout.TotalMilliseconds:0}" : "") + (Style == "process" ? "&isolation=process" : "");
        var source = FunctionSource.FromFile(FunctionName, Language, Style == "handler" ? $"kill-handler.{extension}" : $"kill.{extension}");
        return source with { Options = options };
    }
}
