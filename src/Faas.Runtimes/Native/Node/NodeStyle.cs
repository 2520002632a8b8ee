using System.Text;
using System.Text.RegularExpressions;

namespace Faas.Runtimes.Native.Node;

/// <summary>Tells ES modules from CommonJS and handlers from scripts.</summary>
internal static partial class NodeStyle
{
    internal static bool IsEsModule(ReadOnlySpan<byte> source)
    {
        var code = Blank(source);
        return (EsModuleSyntax().IsMatch(code) || HasTopLevelAwait(code)) && !CommonJsExports().IsMatch(code);
    }

    internal static FunctionStyle Detect(ReadOnlySpan<byte> source)
    {
        var code = Blank(source);
        return HandlerExport().IsMatch(code) ? FunctionStyle.Handler : FunctionStyle.Script;
    }

    private static string Blank(ReadOnlySpan<byte> source) =>
        Encoding.UTF8.GetString(SourceScanner.Blank(source, slashComments: true, templates: true));

    [GeneratedRegex(@"^\s*(import\s*[\w{*$]|import\s+['""]?\s|export\s+(default|const|let|var|function|async|class|\{|\*)|export\s*\{)|(^|[;}\s])import\.meta\b", RegexOptions.Multiline)]
    private static partial Regex EsModuleSyntax();

    /// <summary>An await at the start of a line, outside every block: within an async function it says nothing.</summary>
    private static bool HasTopLevelAwait(string code)
    {
        foreach (var match in LineWithAwait().EnumerateMatches(code))
        {
            var before = code.AsSpan(0, match.Index);
            if (before.Count('{') <= before.Count('}'))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"^(const|let|var)\s[^;\n]*=\s*await\b|^await\s", RegexOptions.Multiline)]
    private static partial Regex LineWithAwait();

    [GeneratedRegex(@"(?:^|[;}])\s*(module\.exports|exports\.\w+)\s*=", RegexOptions.Multiline)]
    private static partial Regex CommonJsExports();

    [GeneratedRegex(@"(?:^|[;}])\s*((module\.)?exports\.(handler|default)\s*=|module\.exports\s*=\s*(async\b|function\b|\(|\w+\s*=>|\{[^}]*\bhandler\b|handler\b)|export\s+default\b|export\s+(async\s+)?(function\s*\*?|const|let|var)\s+handler\b|export\s*\{[^}]*\b(handler|default)\b)", RegexOptions.Multiline)]
    private static partial Regex HandlerExport();
}
