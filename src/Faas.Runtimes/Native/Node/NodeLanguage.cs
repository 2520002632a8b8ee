using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Node;

/// <summary>Node.js, CommonJS and ES modules.</summary>
internal sealed class NodeLanguage : InterpreterLanguage
{
    internal override string Name => "node";

    internal override ModuleKind Kind => ModuleKind.JavaScript;

    internal override IReadOnlyList<string> Programs => ["node", "nodejs"];

    internal override string InstallHint => "install Node.js 18 or newer (Debian and Ubuntu: apt-get install nodejs)";

    // V8 reserves 700 MiB of address space it never touches, so private memory is limited instead. Measured: 48 MiB
    // after start, Node 20; the heap's own limit is --max-old-space-size, this one is for buffers beside the heap.
    internal override long BaseDataBytes => 192L << 20;

    internal override string FileName(ReadOnlySpan<byte> source) => NodeStyle.IsEsModule(source) ? "code.mjs" : "code.cjs";

    internal override FunctionStyle DetectStyle(ReadOnlySpan<byte> source) => NodeStyle.Detect(source);

    internal override string OnceDriverName => "once.cjs";

    internal override IEnumerable<string> RunOnce(string interpreter, string driver, string path, InvocationLimits limits) =>
        [interpreter, HeapLimit(limits), "--require", driver, path];

    /// <summary>V8's heap limit for a function's memory limit.</summary>
    internal static string HeapLimit(InvocationLimits limits) =>
        "--max-old-space-size=" + Math.Max(limits.MemoryBytes >> 20, 8).ToString(CultureInfo.InvariantCulture);

    internal override bool EndedByMemory(ProcessExit exit, ErrorTail errorTail) =>
        exit.Signal != 0
            ? errorTail.Contains("heap out of memory"u8) || errorTail.Contains("out of memory"u8)
            : exit.Code != 0 && (errorTail.Contains("Array buffer allocation failed"u8) || errorTail.Contains("ERR_WORKER_OUT_OF_MEMORY"u8));

    internal override string DriverName => "host.mjs";

    internal override bool HasZygote => false;

    internal override IEnumerable<string> RunDriver(string interpreter, string driver, InvocationLimits limits) =>
        [interpreter, HeapLimit(limits), "--experimental-vm-modules", "--no-warnings", driver];
}
