using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Faas.Supervisor.Access;

/// <summary>One line of the token file: <c>NAME SCOPES sha256:HEX</c>. The token itself is known to its bearer only.</summary>
/// <param name="Name">For people; unique in its file.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Hash">SHA-256 of the token, 32 bytes.</param>
internal sealed record AccessToken(string Name, AccessScopes Scopes, byte[] Hash)
{
    // Tells people and secret scanners what it is.
    private const string Prefix = "minifaas_";

    // 256 bits: no salt and no slow hash are needed against guessing.
    private const int SecretBytes = 32;

    private const string HashPrefix = "sha256:";

    public bool Allows(AccessScopes scope) => (Scopes & (scope | AccessScopes.Admin)) != 0 || scope == AccessScopes.None;

    /// <summary>A new random token and its entry.</summary>
    public static (string Secret, AccessToken Entry) Create(string name, AccessScopes scopes)
    {
        string secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (secret, new AccessToken(name, scopes, SHA256.HashData(Encoding.UTF8.GetBytes(secret))));
    }

    /// <summary>The line for the file.</summary>
    public override string ToString() => $"{Name} {FormatScopes(Scopes)} {HashPrefix}{Convert.ToHexStringLower(Hash)}";

    /// <summary>Reads a line.</summary>
    /// <returns>The entry; null with <paramref name="problem"/> set when the line is not one.</returns>
    public static AccessToken? TryParse(string line, out string? problem)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || !words[2].StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            problem = "must be NAME SCOPES sha256:HEX, as 'minifaas token new' prints it";
            return null;
        }

        if (!TryParseScopes(words[1], out var scopes))
        {
            problem = $"'{words[1]}': scopes are invoke, deploy, metrics and admin, with commas between them";
            return null;
        }

        var hash = new byte[SHA256.HashSizeInBytes];
        var digits = words[2].AsSpan(HashPrefix.Length);
        if (digits.Length != 2 * hash.Length || Convert.FromHexString(digits, hash, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            problem = "the hash must be sha256: and 64 hexadecimal digits";
            return null;
        }

        problem = null;
        return new AccessToken(words[0], scopes, hash);
    }

    /// <summary>Reads <c>invoke,deploy</c>.</summary>
    public static bool TryParseScopes(string text, out AccessScopes scopes)
    {
        scopes = AccessScopes.None;
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            AccessScopes scope = word switch
            {
                "invoke" => AccessScopes.Invoke,
                "deploy" => AccessScopes.Deploy,
                "metrics" => AccessScopes.Metrics,
                "admin" => AccessScopes.Admin,
                _ => AccessScopes.None,
            };
            if (scope == AccessScopes.None)
            {
                return false;
            }

            scopes |= scope;
        }

        return true;
    }

    public static string FormatScopes(AccessScopes scopes)
    {
        var words = new List<string>();
        foreach (var (scope, word) in (ReadOnlySpan<(AccessScopes, string)>)[(AccessScopes.Invoke, "invoke"), (AccessScopes.Deploy, "deploy"), (AccessScopes.Metrics, "metrics"), (AccessScopes.Admin, "admin")])
        {
            if (scopes.HasFlag(scope))
            {
                words.Add(word);
            }
        }

        return string.Join(',', words);
    }
}
