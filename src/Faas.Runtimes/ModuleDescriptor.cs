using Faas.Protocol.Contracts;

namespace Faas.Runtimes;

/// <summary>Everything a backend needs to make a function ready.</summary>
/// <param name="FunctionId">Deployed id, for example <c>hello_1760055556</c>: name, <c>_</c>, Unix seconds.</param>
/// <param name="Kind">Which family of runtimes is asked for.</param>
/// <param name="Path">Absolute path of the artifact: native code for WASM, the entry source file for interpreters.</param>
/// <param name="Limits">The function's limits; an invocation may carry tighter ones.</param>
/// <param name="Options">Deploy-time options that only some backends read (for example <c>isolation=process</c>).</param>
public sealed record ModuleDescriptor(
    string FunctionId,
    ModuleKind Kind,
    string Path,
    InvocationLimits Limits,
    IReadOnlyDictionary<string, string> Options)
{
    /// <summary>
    /// The option that names the absolute path of the folder with a WASM function's bundled files. The supervisor sets it;
    /// no deploy can.
    /// </summary>
    public const string FilesOption = "files";
}
