namespace MiniFaas.Client;

/// <summary>Which server a command talks to, and with which token.</summary>
/// <param name="Server">Its address.</param>
/// <param name="Token">Null for none.</param>
internal sealed record ServerChoice(Uri Server, string? Token)
{
    public const string TokenVariable = "MINIFAAS_TOKEN";
    public const string ProfileVariable = "MINIFAAS_PROFILE";

    /// <summary>
    /// The nearest word wins: <c>--server</c>, <c>--profile</c>, <c>$MINIFAAS_SERVER</c>, <c>$MINIFAAS_PROFILE</c>, the profile in use, then
    /// <see cref="ServerAddress.Default"/>. A profile's token goes to that profile's server only.
    /// </summary>
    /// <param name="server">The option's value.</param>
    /// <param name="profile">The option's value.</param>
    /// <param name="token">The option's value.</param>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="readBook">Reads the profiles; called only when one may be needed.</param>
    /// <param name="problem">What is wrong, when the result is null.</param>
    public static ServerChoice? Make(
        Uri? server, string? profile, string? token, Func<string, string?> environment, Func<ProfileBook> readBook, out string problem)
    {
        problem = "";
        token = NotEmpty(token);
        string? variableToken = NotEmpty(environment(TokenVariable));
        if (server is not null && profile is not null)
        {
            problem = "--server and --profile both name a server: give one of them";
            return null;
        }

        if (server is not null)
        {
            return new ServerChoice(server, token ?? variableToken);
        }

        if (profile is null && NotEmpty(environment(ServerAddress.Variable)) is not null)
        {
            problem = ServerAddress.Problem(environment) ?? "";
            return problem.Length > 0 ? null : new ServerChoice(ServerAddress.Default(environment), token ?? variableToken);
        }

        ProfileBook book = readBook();
        string? name = profile ?? NotEmpty(environment(ProfileVariable)) ?? book.Current;
        if (name is null)
        {
            return new ServerChoice(ServerAddress.Default(environment), token ?? variableToken);
        }

        if (!book.Profiles.TryGetValue(name, out Profile? chosen))
        {
            problem = book.Profiles.Count == 0
                ? $"no profile '{name}': make it with minifaas profile set {name} URL"
                : $"no profile '{name}': there are {string.Join(", ", book.Profiles.Keys)}";
            return null;
        }

        return new ServerChoice(chosen.Server, token ?? (profile is null ? variableToken ?? chosen.Token : chosen.Token ?? variableToken));
    }

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
