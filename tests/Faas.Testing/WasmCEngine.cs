using System.Runtime.InteropServices;
using Faas.Runtimes;
using Faas.Runtimes.WasmC;

namespace Faas.Testing;

/// <summary>
/// The library behind the wasm C API in this process, of which there can be one: libwasmer where <c>WASMER_DIR</c> names a
/// folder that has it, else libwasmtime, which implements the same header.
/// </summary>
public static class WasmCEngine
{
    /// <summary>Its path.</summary>
    public static string Library { get; } = Find();

    /// <summary>Options that name it.</summary>
    public static BackendOptions Options(BackendOptions? like = null) => new()
    {
        Slots = like?.Slots ?? 8,
        MaxMemoryBytes = like?.MaxMemoryBytes ?? 4L << 30,
        Settings = new Dictionary<string, string> { [WasmCLibrary.Setting] = Library },
    };

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("WASMER_DIR") is { Length: > 0 } folder &&
            Path.Combine(folder, "lib", "libwasmer.so") is var wasmer && File.Exists(wasmer))
        {
            return wasmer;
        }

        return new[] { "libwasmtime.so", $"runtimes/linux-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}/native/libwasmtime.so" }
            .Select(file => Path.Combine(AppContext.BaseDirectory, file))
            .First(File.Exists);
    }
}
