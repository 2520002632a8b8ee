using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Faas.Runtimes.WasmC.Interop;

namespace Faas.Runtimes.WasmC;

/// <summary>
/// The library that implements <c>wasm.h</c>: found and loaded once a process. It stays loaded, and it stays the only
/// one: engines take over signal handlers, and a crash must have one suspect.
/// </summary>
internal sealed unsafe class WasmCLibrary
{
    /// <summary>Name of the setting with the library's path.</summary>
    public const string Setting = "wasm-c-api-lib";

    private const string DefaultFile = "libwasmer.so";
    private const string Remedy = "install it as docs/INSTALL_WASMER.md says, or name the library with --wasm-c-api-lib FILE";

    private static readonly Lock s_gate = new();
    private static WasmCLibrary? s_loaded;

    private readonly nint _handle;

    private WasmCLibrary(nint handle, string requested)
    {
        _handle = handle;
        Requested = requested;
        Path = System.IO.Path.IsPathRooted(requested) ? requested : LoadedLibrary.FindPath(requested) ?? requested;
        SharesModules = NativeLibrary.TryGetExport(handle, nameof(WasmCNativeMethods.wasm_module_obtain), out _);
        var file = new FileInfo(Path);
        Fingerprint = file.Exists
            ? string.Create(CultureInfo.InvariantCulture, $"{file.Name}-{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}")
            : file.Name;
        Description = $"{file.Name}{WasmerVersion()}, wasm C API";
    }

    /// <summary>File, and version where the library tells one.</summary>
    public string Description { get; }

    /// <summary>Changes with the library: name, size, time of the file.</summary>
    public string Fingerprint { get; }

    /// <summary>
    /// True when modules go from store to store by <c>wasm_module_share</c> and <c>wasm_module_obtain</c>. libwasmer has
    /// neither: its modules belong to the engine and are used in any of its stores.
    /// </summary>
    public bool SharesModules { get; }

    /// <summary>Where it is; its bare name when the loader does not tell.</summary>
    public string Path { get; }

    private string Requested { get; }

    /// <summary>The library that the settings ask for.</summary>
    /// <exception cref="DllNotFoundException">There is none, or another one is loaded; says where it was looked for.</exception>
    public static WasmCLibrary Load(IReadOnlyDictionary<string, string> settings)
    {
        lock (s_gate)
        {
            var wish = settings.GetValueOrDefault(Setting);
            if (s_loaded is not null)
            {
                return wish is null || wish == s_loaded.Requested || wish == s_loaded.Path
                    ? s_loaded
                    : throw new DllNotFoundException($"this process uses {s_loaded.Path} for the wasm C API already: one library a process");
            }

            var library = Find(wish);
            NativeLibrary.SetDllImportResolver(
                Assembly.GetExecutingAssembly(), (name, _, _) => name == WasmCNativeMethods.Library ? library._handle : 0);
            return s_loaded = library;
        }
    }

    /// <exception cref="DllNotFoundException">There is none.</exception>
    internal static WasmCLibrary Find(string? wish)
    {
        List<string> places = wish is { Length: > 0 } ? [wish] : [.. DefaultPlaces()];
        string? unfit = null;
        foreach (var place in places)
        {
            // A bare name is the loader's business, a path is looked at first: the loader's own words do not tell "missing".
            if ((!System.IO.Path.IsPathRooted(place) || File.Exists(place)) && NativeLibrary.TryLoad(place, out var handle))
            {
                if (NativeLibrary.TryGetExport(handle, nameof(WasmCNativeMethods.wasm_module_deserialize), out _))
                {
                    return new WasmCLibrary(handle, place);
                }

                NativeLibrary.Free(handle);
                unfit ??= place;
            }
        }

        throw new DllNotFoundException(unfit is not null
            ? $"{unfit} does not implement the wasm C API (wasm.h); {Remedy}"
            : $"the backend wasmer needs a library with the wasm C API; looked for {string.Join(", ", places)}; {Remedy}");
    }

    private static IEnumerable<string> DefaultPlaces()
    {
        if (Environment.GetEnvironmentVariable("WASMER_DIR") is { Length: > 0 } folder)
        {
            yield return System.IO.Path.Combine(folder, "lib", DefaultFile);
        }

        yield return "/usr/local/lib/" + DefaultFile;
        yield return "/usr/lib/" + DefaultFile;
        yield return DefaultFile;
    }

    /// <summary>libwasmer's one word about itself, outside the header; other libraries have none.</summary>
    private string WasmerVersion() =>
        NativeLibrary.TryGetExport(_handle, "wasmer_version", out var function)
            ? " " + Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)function)())
            : "";
}
