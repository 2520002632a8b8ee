using System.Text;
using System.Text.RegularExpressions;

namespace Faas.Runtimes.Native.Python;

/// <summary>
/// Tells a Python handler from a script: a function <c>handler</c> defined at the top level. One whose first
/// parameter is a signal number is a signal handler, and a module with its own <c>__main__</c> part is a script.
/// </summary>
internal static partial class PythonStyle
{
    internal static FunctionStyle Detect(ReadOnlySpan<byte> source)
    {
        // The comparison with "__main__" is a string: it is looked for before strings are blanked.
        var hasMain = MainPart().IsMatch(Encoding.UTF8.GetString(source));
        var code = Encoding.UTF8.GetString(SourceScanner.Blank(source, hashComments: true, tripleQuotes: true));
        return !hasMain && HandlerDefinition().IsMatch(code) ? FunctionStyle.Handler : FunctionStyle.Script;
    }

    [GeneratedRegex(@"^if\s*\(?\s*__name__\s*==", RegexOptions.Multiline)]
    private static partial Regex MainPart();

    [GeneratedRegex(@"^((async\s+)?def\s+handler\s*\(\s*(?!sig)[A-Za-z_*]|handler\s*=\s*(lambda\b|[A-Za-z_]\w*\s*$))", RegexOptions.Multiline)]
    private static partial Regex HandlerDefinition();
}
