using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Php;

/// <summary>PHP 8, the command-line program.</summary>
internal sealed class PhpLanguage : InterpreterLanguage
{
    internal override string Name => "php";

    internal override ModuleKind Kind => ModuleKind.Php;

    internal override IReadOnlyList<string> Programs => ["php", "php8.4", "php8.3", "php8.2", "php8.1", "php8"];

    internal override string InstallHint => "install php-cli (Debian and Ubuntu: apt-get install php-cli)";

    // Measured: 66 MiB after start, PHP 8.2 with Debian's extensions.
    internal override long BaseAddressSpaceBytes => 160L << 20;

    internal override string FileName(ReadOnlySpan<byte> source) => "code.php";

    internal override FunctionStyle DetectStyle(ReadOnlySpan<byte> source) => PhpStyle.Detect(source);

    internal override string OnceDriverName => "once.php";

    internal override IEnumerable<string> RunOnce(string interpreter, string driver, string path, InvocationLimits limits) =>
        [
            interpreter, "-d", "display_errors=stderr", "-d", "log_errors=0", "-d", "html_errors=0",
            "-d", "variables_order=EGPCS", "-d", "memory_limit=" + limits.MemoryBytes.ToString(CultureInfo.InvariantCulture),
            "-d", "auto_prepend_file=" + driver, path,
        ];

    internal override bool EndedByMemory(ProcessExit exit, ErrorTail errorTail) =>
        exit is { Code: 255 } && (errorTail.Contains("Allowed memory size of"u8) || errorTail.Contains("Out of memory"u8));

    internal override string DriverName => "zygote.php";

    internal override bool HasZygote => true;

    // Unloading its extensions is most of what PHP does at its end (zend_API.c, module_destructor). A script does not
    // see the variable: it is taken away for the request and, as PHP does with every putenv, is back at its end.
    internal override IReadOnlyList<string> DriverEnvironment => ["ZEND_DONT_UNLOAD_MODULES=1"];

    internal override IEnumerable<string> RunDriver(string interpreter, string driver, InvocationLimits limits) =>
        [
            interpreter, "-d", "display_errors=stderr", "-d", "log_errors=0", "-d", "html_errors=0", "-d", "ffi.enable=1",
            "-d", "variables_order=EGPCS", "-d", "opcache.enable_cli=0", driver,
        ];
}
