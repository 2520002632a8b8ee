using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Python;

/// <summary>CPython 3.</summary>
internal sealed class PythonLanguage : InterpreterLanguage
{
    internal override string Name => "python";

    internal override ModuleKind Kind => ModuleKind.Python;

    internal override IReadOnlyList<string> Programs => ["python3", "python"];

    internal override string InstallHint => "install python3 (Debian and Ubuntu: apt-get install python3)";

    // Measured: 14 MiB after start, CPython 3.11 on Debian 12; the zygote's imports and a thread stack fit in as well.
    internal override long BaseAddressSpaceBytes => 64L << 20;

    internal override string FileName(ReadOnlySpan<byte> source) => "code.py";

    internal override FunctionStyle DetectStyle(ReadOnlySpan<byte> source) => PythonStyle.Detect(source);

    internal override string OnceDriverName => "once.py";

    // -s and -E: no user site, no PYTHON* variables that the function's own environment might hold. -B: the file
    // system is read-only.
    internal override IEnumerable<string> RunOnce(string interpreter, string driver, string path, InvocationLimits limits) =>
        [interpreter, "-s", "-E", "-B", "-X", "utf8", driver, path];

    internal override bool EndedByMemory(ProcessExit exit, ErrorTail errorTail) =>
        exit is { Code: 1, Signal: 0 } && errorTail.LastLine.StartsWith("MemoryError"u8);

    internal override string DriverName => "zygote.py";

    internal override bool HasZygote => true;

    internal override IEnumerable<string> RunDriver(string interpreter, string driver, InvocationLimits limits) =>
        [interpreter, "-s", "-E", "-B", "-X", "utf8", driver];
}
