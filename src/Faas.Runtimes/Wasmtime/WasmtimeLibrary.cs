using System.Reflection;
using System.Runtime.InteropServices;
using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Makes sure of the native library before the first call into it.</summary>
internal static class WasmtimeLibrary
{
    /// <summary>The version whose headers <c>Interop/</c> was written from; the package's version.</summary>
    public const string Version = "50.0.1";

    /// <summary>The library names its version in this symbol and nowhere else.</summary>
    private const string VersionSymbol = "resolve_vmctx_memory_ptr_50_0_1";

    private static readonly Lazy<string> s_path = new(static () => LoadedLibrary.FindPath("lib" + WasmtimeNativeMethods.Library + ".so") ?? "path unknown");
    private static readonly Lazy<string?> s_problem = new(Probe);

    /// <summary>Where it is, once loaded; for people.</summary>
    public static string Path => s_path.Value;

    /// <exception cref="DllNotFoundException">Missing, or another version; says where it was looked for.</exception>
    public static void EnsureLoaded()
    {
        if (s_problem.Value is { } problem)
        {
            throw new DllNotFoundException(problem);
        }
    }

    private static string? Probe()
    {
        if (!NativeLibrary.TryLoad(WasmtimeNativeMethods.Library, Assembly.GetExecutingAssembly(), null, out var library))
        {
            return $"libwasmtime {Version} was not found beside the executable ({AppContext.BaseDirectory}), in its runtimes folder, or by the system's loader; restore the installation or set LD_LIBRARY_PATH";
        }

        return NativeLibrary.TryGetExport(library, VersionSymbol, out _)
            ? null
            : $"the libwasmtime that was found is not version {Version}; looked beside the executable ({AppContext.BaseDirectory}) first, then where the system's loader looks";
    }
}
