namespace MiniFaas;

/// <summary>
/// The few colours of banner and messages (ECMA-48 SGR). Spectre.Console does tables; on the server's start it would cost more than the start.
/// Off unless the stream is a terminal, with <c>NO_COLOR</c> set to anything (no-color.org), and on a dumb terminal.
/// </summary>
internal readonly record struct TerminalStyle(bool IsOn)
{
    public static TerminalStyle ForOutput() => new(IsColourful(Console.IsOutputRedirected, Environment.GetEnvironmentVariable));

    public static TerminalStyle ForError() => new(IsColourful(Console.IsErrorRedirected, Environment.GetEnvironmentVariable));

    public string Bold(string text) => Wrap("1", text);

    public string Dim(string text) => Wrap("2", text);

    public string Red(string text) => Wrap("31", text);

    public string Green(string text) => Wrap("32", text);

    public string Yellow(string text) => Wrap("33", text);

    public string Cyan(string text) => Wrap("36", text);

    internal static bool IsColourful(bool isRedirected, Func<string, string?> environment) =>
        !isRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not ("dumb" or "" or null);

    private string Wrap(string code, string text) => IsOn ? $"\e[{code}m{text}\e[0m" : text;
}
