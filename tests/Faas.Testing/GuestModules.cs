using System.Collections.Concurrent;
using System.Diagnostics;

namespace Faas.Testing;

/// <summary>Guests of the tests, by default from <c>tests/modules</c>: <c>*.wat</c> as text, <c>*.c</c>, <c>*.rs</c> and <c>*.go</c> compiled once a process.</summary>
public static class GuestModules
{
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> s_compiled = new(StringComparer.Ordinal);

    private static readonly Lazy<string?> s_clang = new(() => Find("clang-19", "clang"));

    private static readonly Lazy<string?> s_go = new(FindGo);

    private static readonly Lazy<(string Rustc, string[] Arguments)?> s_rust = new(FindRust);

    /// <summary>The folder of the guests, found upwards from the test's binary.</summary>
    public static string Folder { get; } = Path.Combine(FindTests(), "modules");

    /// <summary>A folder below <c>tests</c>, for the overloads that take one.</summary>
    public static string FolderOf(string name) => Path.Combine(FindTests(), name);

    /// <summary>Null when Rust guests can be compiled here, else what is missing.</summary>
    public static string? CannotCompileRust =>
        s_rust.Value is null ? "no rustc with a WASI target (Debian: rustc libstd-rust-dev-wasm32 lld-14)" : null;

    /// <summary>Null when Go guests can be compiled here, else what is missing.</summary>
    public static string? CannotCompileGo => s_go.Value is null ? "no Go 1.21 or newer" : null;

    /// <summary>Null when C guests can be compiled here, else what is missing, for <c>Assert.Skip</c>.</summary>
    public static string? CannotCompileC =>
        s_clang.Value is null ? "clang is not installed (clang-19, lld-19, wasi-libc)"
        : Directory.Exists("/usr/lib/wasm32-wasi") || Environment.GetEnvironmentVariable("WASI_SDK_PATH") is not null ? null
        : "wasi-libc is not installed";

    /// <summary>A module in text format.</summary>
    public static byte[] Wat(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".wat"));

    /// <summary>A C program as WASM binary.</summary>
    public static byte[] C(string name) => C(Folder, name);

    /// <summary>A C program of another folder.</summary>
    public static byte[] C(string folder, string name) =>
        Compiled(Path.Combine(folder, name + ".c"), static () => (s_clang.Value!, ["--target=wasm32-wasi", "-O2"]));

    /// <summary>A Rust program as WASM binary.</summary>
    public static byte[] Rust(string folder, string name) =>
        Compiled(Path.Combine(folder, name + ".rs"), static () => (s_rust.Value!.Value.Rustc, s_rust.Value.Value.Arguments));

    /// <summary>A Go program as WASM binary, by Go itself, without symbols.</summary>
    public static byte[] Go(string name) =>
        Compiled(Path.Combine(Folder, name + ".go"), static () => ("/usr/bin/env", ["GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOTOOLCHAIN=local", s_go.Value!, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"]));

    private static byte[] Compiled(string source, Func<(string Program, string[] Arguments)> command) =>
        s_compiled.GetOrAdd(source, file => new Lazy<byte[]>(() => Compile(file, command()))).Value;

    private static byte[] Compile(string source, (string Program, string[] Arguments) command)
    {
        var output = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(source)}-{Environment.ProcessId}-{Guid.NewGuid():n}.wasm");
        try
        {
            var start = new ProcessStartInfo(command.Program) { RedirectStandardError = true, UseShellExecute = false };
            foreach (var argument in (ReadOnlySpan<string>)[.. command.Arguments, "-o", output, source])
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var diagnostics = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? File.ReadAllBytes(output)
                : throw new InvalidOperationException($"{source} does not compile: {diagnostics}");
        }
        finally
        {
            File.Delete(output);
        }
    }

    // A rustup toolchain without the target may come first: the one that has it counts, with the linker of its LLVM.
    private static (string, string[])? FindRust() =>
        (from rustc in FindAll("rustc")
         let root = Ask(rustc)
         where root is not null
         from target in (string[])["wasm32-wasip1", "wasm32-wasi"]
         where Directory.Exists(Path.Combine(root, "lib", "rustlib", target))
         let linker = root.StartsWith("/usr", StringComparison.Ordinal) ? Find("wasm-ld-14", "wasm-ld") : null
         select ((string, string[])?)(
             Path.Combine(root, "bin", "rustc"),
             ["--target", target, "-O", .. linker is null ? Array.Empty<string>() : ["-C", "linker=" + linker]])).FirstOrDefault();

    private static string? FindGo() =>
        FindAll("go").Append("/usr/local/go/bin/go")
            .Concat(Directory.Exists("/usr/lib") ? Directory.GetDirectories("/usr/lib", "go-1.*").OrderDescending(StringComparer.Ordinal).Select(static folder => Path.Combine(folder, "bin", "go")) : [])
            .FirstOrDefault(File.Exists);

    private static string? Ask(string rustc)
    {
        var start = new ProcessStartInfo(rustc, ["--print", "sysroot"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var root = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 && Path.IsPathRooted(root) ? root : null;
    }

    private static string? Find(params string[] names) => names.SelectMany(FindAll).FirstOrDefault();

    private static IEnumerable<string> FindAll(string name) =>
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path;

    private static string FindTests()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, "tests", "modules")))
            {
                return Path.Combine(folder, "tests");
            }
        }

        throw new DirectoryNotFoundException("tests/modules was not found above " + AppContext.BaseDirectory);
    }
}
