namespace MiniFaas.Commands;

/// <summary>The language of a source file from its name.</summary>
internal static class SourceLanguage
{
    public const string Extensions = ".c .cpp .cc .cxx .rs .go .js .mjs .cjs .py .php .html .htm .wasm .wat";

    /// <returns>As <c>POST /deploy</c> spells it; null when the extension says nothing.</returns>
    public static string? FromFileName(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".c" => "c",
        ".cpp" or ".cc" or ".cxx" => "cpp",
        ".rs" => "rust",
        ".go" => "go",
        ".js" or ".mjs" or ".cjs" => "js",
        ".py" => "python",
        ".php" => "php",
        ".html" or ".htm" => "html",
        ".wasm" or ".wat" => "wasm",
        _ => null,
    };

    /// <returns>Media type of an archive; null for anything else.</returns>
    public static string? ArchiveTypeOf(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".zip" => "application/zip",
        ".tar" => "application/x-tar",
        _ => null,
    };

    /// <summary>A function name from a file name: what names may not contain becomes a hyphen; empty when nothing is left.</summary>
    public static string NameFrom(string file)
    {
        char[] name = Path.GetFileNameWithoutExtension(file).ToCharArray();
        for (int i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('.' or '_' or '-'))
            {
                name[i] = '-';
            }
        }

        string text = new string(name).TrimStart('.', '_', '-');
        return text.Length > 64 ? text[..64] : text;
    }
}
