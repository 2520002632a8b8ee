using System.Security.Cryptography;
using System.Text;

namespace Faas.Supervisor.Access;

/// <summary>The tokens that the server takes. Immutable: a changed file counts from the next start.</summary>
internal sealed class TokenTable
{
    // Longer than any token of ours; what exceeds it is not hashed at all.
    private const int MaxTokenChars = 128;

    private readonly AccessToken[] _tokens;

    internal TokenTable(IReadOnlyList<AccessToken> tokens) => _tokens = [.. tokens];

    /// <summary>Reads the file: one token a line, <c>#</c> begins a comment line.</summary>
    /// <exception cref="StartupFailureException">It cannot be read, a line is wrong, or there is no token in it.</exception>
    public static TokenTable Load(string path)
    {
        const string Remedy = "make lines for it with 'minifaas token new NAME --scopes invoke,deploy'";
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailureException($"the token file cannot be read: {exception.Message}", Remedy, ExitCode.Usage, exception);
        }

        var tokens = new List<AccessToken>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().Trim() is [] or ['#', ..])
            {
                continue;
            }

            if (AccessToken.TryParse(lines[i], out var problem) is not { } token)
            {
                throw new StartupFailureException($"{path}: line {i + 1}: {problem}", Remedy, ExitCode.Usage);
            }

            if (tokens.Exists(other => other.Name == token.Name))
            {
                throw new StartupFailureException($"{path}: line {i + 1}: a second token has the name {token.Name}", "give each a name of its own", ExitCode.Usage);
            }

            tokens.Add(token);
        }

        return tokens.Count > 0 ? new TokenTable(tokens) : throw new StartupFailureException($"{path}: no token is in it", Remedy, ExitCode.Usage);
    }

    /// <summary>The entry of a token. Takes as long for a wrong one as for a right one; allocates nothing.</summary>
    public AccessToken? Find(ReadOnlySpan<char> secret)
    {
        if (secret.Length is 0 or > MaxTokenChars)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[MaxTokenChars * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(secret, bytes)], hash);
        AccessToken? found = null;
        foreach (var token in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(token.Hash, hash))
            {
                found = token;
            }
        }

        return found;
    }
}
