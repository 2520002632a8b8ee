using System.Text.RegularExpressions;

namespace MiniFaas.Client;

/// <summary>A compiler's diagnostics in colour: the place bold, errors red, warnings yellow, the marks under the source green.</summary>
internal static partial class DiagnosticText
{
    public static string Paint(string text, TerminalStyle style) =>
        !style.IsOn ? text : string.Join('\n', text.Split('\n').Select(line => PaintLine(line, style)));

    private static string PaintLine(string line, TerminalStyle style)
    {
        if (Marks().IsMatch(line))
        {
            return style.Green(line);
        }

        Match match = Headline().Match(line);
        if (!match.Success)
        {
            return line;
        }

        string severity = match.Groups["severity"].Value;
        string painted = severity.StartsWith("warning", StringComparison.Ordinal) ? style.Yellow(severity)
            : severity.StartsWith("note", StringComparison.Ordinal) || severity.StartsWith("help", StringComparison.Ordinal) ? style.Cyan(severity)
            : style.Red(severity);
        return style.Bold(match.Groups["place"].Value) + painted + style.Bold(line[match.Length..]);
    }

    // clang's "main.c:1:25: error:", rustc's "error[E0425]:", go's "./main.go:3:2:" (a message without a severity is an error).
    [GeneratedRegex(@"^(?<place>(\S+?:\d+(:\d+)?: )?)(?<severity>(fatal error|error|warning|note|help)(\[\w+\])?:)|^(?<place>\S+?:\d+:\d+:)(?<severity>)", RegexOptions.ExplicitCapture)]
    private static partial Regex Headline();

    [GeneratedRegex(@"^\s*(\d*\s*\|)?\s*[\^~]+[\s\^~]*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Marks();
}
