using Faas.Scenarios;

namespace Faas.LoadTests.Soak;

/// <summary>Functions of every interpreter in both styles; each answers its number, its input and the input's length.</summary>
internal static class SoakFunctions
{
    public static IReadOnlyList<FunctionSource> Make(int count) => [.. Enumerable.Range(0, count).Select(MakeOne)];

    /// <summary>What function <paramref name="number"/> must answer.</summary>
    public static string Expected(int number, string input) => $"{number}:{input}:{input.Length}";

    private static FunctionSource MakeOne(int number)
    {
        var (language, code) = (number % 6) switch
        {
            0 => ("python", $"import sys\ntext = sys.stdin.read()\nsys.stdout.write(f'{number}:{{text}}:{{len(text)}}')\n"),
            1 => ("python", $"def handler(event, context):\n    return f'{number}:{{event}}:{{len(event)}}'\n"),
            2 => ("php", $"<?php $t = stream_get_contents(STDIN); echo '{number}:', $t, ':', strlen($t);"),
            3 => ("php", $"<?php return fn ($event, $context) => '{number}:' . $event . ':' . strlen($event);"),
            4 => ("js", $"const t = require('fs').readFileSync(0, 'utf8'); process.stdout.write(`{number}:${{t}}:${{t.length}}`);"),
            _ => ("js", $"exports.handler = async (event) => `{number}:${{event}}:${{event.length}}`;"),
        };
        return new FunctionSource($"soak-{number}", language, System.Text.Encoding.UTF8.GetBytes(code));
    }
}
