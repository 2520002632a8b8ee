using System.Security.Cryptography;
using System.Text;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>A guest program, what it reads and what it must answer. Sources: <c>tests/modules</c>.</summary>
/// <param name="Name">In the tables.</param>
/// <param name="Compile">To a WASM binary, by the language's own compiler; kept for the life of the process.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Answer">Standard output.</param>
public sealed record Workload(string Name, Func<byte[]> Compile, byte[] Input, byte[] Answer)
{
    private const int Mebibyte = 1 << 20;

    private static readonly byte[] s_mebibyte = [.. Enumerable.Range(0, Mebibyte).Select(static i => (byte)(i * 31))];

    /// <summary>Every workload.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("hello C", () => GuestModules.C("hello"), [], "Hello from FAAS!\n"u8.ToArray()),
        new("hello Rust", () => GuestModules.Rust(GuestModules.Folder, "hello"), [], "Hello from FAAS!\n"u8.ToArray()),
        new("hello Go", () => GuestModules.Go("hello"), [], "Hello from FAAS!\n"u8.ToArray()),
        new("echo 1 MiB", () => GuestModules.C("echo"), s_mebibyte, s_mebibyte),
        new("sha256 1 MiB", () => GuestModules.C("sha256"), s_mebibyte, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(s_mebibyte)))),
        new("fib(30)", () => GuestModules.C("fibonacci"), [], "832040"u8.ToArray()),
        new("touch 64 MiB", () => GuestModules.C("touch"), [], "16384"u8.ToArray()),
        new("1,000 file writes", () => GuestModules.C("file_writes"), [], "64000"u8.ToArray()),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
