using System.Reflection;

namespace Faas.Supervisor.Starters;

/// <summary>A function to begin with in each language; each greets whom its input names. Kept as files, embedded in the program.</summary>
internal static class StarterCatalog
{
    private static readonly Assembly s_assembly = typeof(StarterCatalog).Assembly;

    private static readonly (string Language, string Extension, bool HasScript)[] s_starters =
    [
        ("c", ".c", false), ("cpp", ".cpp", false), ("rust", ".rs", false), ("go", ".go", false),
        ("js", ".js", true), ("python", ".py", true), ("php", ".php", true), ("html", ".html", false), ("wasm", ".wat", false),
    ];

    /// <summary>Languages as <c>POST /deploy</c> spells them.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. s_starters.Select(starter => starter.Language)];

    /// <summary>Extension of a source file, with its dot.</summary>
    public static string ExtensionOf(string language) => Find(language).Extension;

    /// <summary>The source, UTF-8.</summary>
    public static byte[] Read(string language, StarterStyle style)
    {
        var (name, extension, hasScript) = Find(language);
        string suffix = style == StarterStyle.Script && hasScript ? "-script" : "";
        using Stream stream = s_assembly.GetManifestResourceStream($"starter/{name}{suffix}{extension}")!;
        var source = new byte[stream.Length];
        stream.ReadExactly(source);
        return source;
    }

    private static (string Language, string Extension, bool HasScript) Find(string language) => s_starters.Single(starter => starter.Language == language);
}
