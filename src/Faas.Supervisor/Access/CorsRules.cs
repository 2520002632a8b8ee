namespace Faas.Supervisor.Access;

/// <summary>
/// Pages of which other origins may use the API (Fetch Standard, "CORS protocol"). They still need a token where one is
/// required; cookies are never involved.
/// </summary>
/// <param name="origins">As browsers send them: scheme, host, and port unless it is the scheme's own.</param>
internal sealed class CorsRules(IReadOnlyList<string> origins)
{
    public bool Allows(string origin)
    {
        foreach (string allowed in origins)
        {
            if (string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for what a browser could send as <c>Origin</c>: <c>https://app.example:8443</c>.</summary>
    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && text == uri.GetLeftPart(UriPartial.Authority);
}
