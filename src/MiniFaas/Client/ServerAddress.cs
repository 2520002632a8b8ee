namespace MiniFaas.Client;

/// <summary>Which server the commands talk to.</summary>
internal static class ServerAddress
{
    public const string Variable = "MINIFAAS_SERVER";

    private static readonly Uri s_default = new("http://127.0.0.1:8080");

    /// <summary>What is wrong with the environment's address; null when nothing is.</summary>
    public static string? Problem(Func<string, string?> environment) =>
        environment(Variable) is { Length: > 0 } text && !TryParse(text, out _) ? $"{Variable}={text}: must be a URL, like {s_default}" : null;

    /// <summary><c>$MINIFAAS_SERVER</c>, else the address a server in this environment would listen on (<c>$MINIFAAS_HTTP</c>), else http://127.0.0.1:8080.</summary>
    public static Uri Default(Func<string, string?> environment)
    {
        if (TryParse(environment(Variable), out Uri server))
        {
            return server;
        }

        if (Settings.ListenAddress.TryParse(environment("MINIFAAS_HTTP") ?? "", out var listen) && listen.Port != 0)
        {
            // "Every address" is not one to connect to.
            bool isAny = listen.Address.Equals(System.Net.IPAddress.Any) || listen.Address.Equals(System.Net.IPAddress.IPv6Any);
            return new Uri("http://" + (isAny ? $"127.0.0.1:{listen.Port}" : listen.ToString()));
        }

        return s_default;
    }

    /// <summary>A URL, or <c>host:port</c> for http.</summary>
    public static bool TryParse(string? text, out Uri server)
    {
        bool hasScheme = text?.Contains("://", StringComparison.Ordinal) ?? false;
        bool good = Uri.TryCreate(hasScheme ? text : "http://" + text, UriKind.Absolute, out Uri? parsed)
            && parsed.Scheme is "http" or "https"
            && !string.IsNullOrEmpty(text);
        server = good ? parsed! : s_default;
        return good;
    }
}
