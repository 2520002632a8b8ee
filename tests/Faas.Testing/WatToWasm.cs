using Faas.Runtimes.Wasmtime;

namespace Faas.Testing;

/// <summary>Text to binary, for tests that want the bytes; engines take both.</summary>
public static class WatToWasm
{
    /// <exception cref="Faas.Runtimes.ModuleLoadException">It is no module in text format.</exception>
    public static byte[] Convert(ReadOnlySpan<byte> text) => TextFormat.ToBinary(text).ToArray();
}
