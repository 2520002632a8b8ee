using System.Text;
using System.Text.RegularExpressions;

namespace Faas.Runtimes.Native.Php;

/// <summary>Tells a PHP handler from a script: a top-level <c>return</c> of a callable.</summary>
internal static partial class PhpStyle
{
    internal static FunctionStyle Detect(ReadOnlySpan<byte> source)
    {
        var code = Encoding.UTF8.GetString(SourceScanner.Blank(source, hashComments: true, slashComments: true));
        foreach (Match match in ReturnedCallable().Matches(code))
        {
            var depth = 0;
            foreach (var c in code.AsSpan(0, match.Index))
            {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            }

            if (depth == 0)
            {
                return FunctionStyle.Handler;
            }
        }

        return FunctionStyle.Script;
    }

    // A closure, an arrow function, a first-class callable (name(...)), or an object of a class made on the spot.
    [GeneratedRegex(@"(?<![\w$>:\\])return\s+(static\s+)?(function\b|fn\b|new\s+class\b|[\\\w]+(::\w+)?\(\s*\.\.\.\s*\))", RegexOptions.IgnoreCase)]
    private static partial Regex ReturnedCallable();
}
