using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Tests.Native;

/// <summary>
/// How a language wraps a misdeed: called with <c>deed</c> it does it and answers <c>out</c>; called with anything
/// else it looks around and answers <c>clean</c>, or what is not.
/// </summary>
internal sealed record MisdeedLanguage(string Name, ModuleKind Kind, string Comment, Func<Misdeed, string> Deed, Func<bool, string, string, string> Source)
{
    public static IReadOnlyList<MisdeedLanguage> All { get; } =
    [
        new("python", ModuleKind.Python, "# ", m => m.Python, (isHandler, head, deed) =>
        {
            var body = $$"""
                import builtins, os, signal, socket, subprocess, sys, threading, time
                out = ''
                if event == 'deed':
                {{Indent(deed.Length == 0 ? "pass" : deed)}}
                else:
                    found = [p for p in os.listdir('/proc') if p.isdigit() and p not in ('1', str(os.getpid()))] + os.listdir('/tmp')
                    found += ['builtins'] if hasattr(builtins, 'mark') or len([1]) != 1 {{(isHandler ? "and False" : "or threading.active_count() > 1")}} else []
                    out = ' '.join(found) or 'clean'
                """;
            return head + (isHandler
                ? $"def handler(event, context):\n{Indent(body)}\n    return out\n"
                : $"import sys\nevent = sys.stdin.read()\n{body}\nprint(out)\n");
        }),
        new("php", ModuleKind.Php, "// ", m => m.Php, (isHandler, head, deed) =>
        {
            var body = $$"""
                $out = '';
                if ($event === 'deed') {
                {{deed}}
                } else {
                    $found = array_filter(scandir('/proc'), fn ($p) => ctype_digit($p) && $p !== '1' && $p !== (string) getmypid());
                    array_push($found, ...array_diff(scandir('/tmp'), ['.', '..']));
                    {{(isHandler ? "" : "if (defined('MARK') || getenv('MARK') !== false || ini_get('precision') === '3') { $found[] = 'state'; }")}}
                    $out = implode(' ', $found) ?: 'clean';
                }
                """;
            return "<?php\n" + head + (isHandler
                ? $"return function ($event, $context) {{\n{body}\nreturn $out;\n}};\n"
                : $"$event = stream_get_contents(STDIN);\n{body}\necho $out;\n");
        }),
        new("node", ModuleKind.JavaScript, "// ", m => m.Node, (isHandler, head, deed) =>
        {
            var body = $$"""
                const fs = require('fs'), net = require('net'), { spawn, spawnSync } = require('child_process');
                let out = '';
                if (event === 'deed') {
                {{deed}}
                } else {
                  const found = fs.readdirSync('/proc').filter((p) => /^\d+$/.test(p) && p !== '1' && p !== String(process.pid)).concat(fs.readdirSync('/tmp'));
                  {{(isHandler ? "" : "if ([].mark || ({}).mark || globalThis.mark || fs.mark || process.mark || Buffer.mark || ''.mark) found.push('state');")}}
                  out = found.join(' ') || 'clean';
                }
                """;
            return head + (isHandler
                ? $"exports.handler = async (event, context) => {{\n{body}\nreturn out;\n}};\n"
                : $"(async () => {{\nconst event = require('fs').readFileSync(0, 'utf8');\n{body}\nconsole.log(out);\n}})();\n");
        }),
    ];

    public override string ToString() => Name;

    private static string Indent(string text) => "    " + text.Replace("\n", "\n    ", StringComparison.Ordinal);
}
