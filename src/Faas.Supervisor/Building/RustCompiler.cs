using System.Diagnostics;
using System.Globalization;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// Rust by the first rustc that really has a WASI target: a rustup toolchain without it often comes first on PATH.
/// Distributions' rustc has no linker of its own and wants the wasm-ld of its LLVM version.
/// </summary>
internal sealed class RustCompiler : ICompiler
{
    private static readonly string[] s_targets = ["wasm32-wasip1", "wasm32-wasi"];

    public string Language => FunctionLanguages.Rust;

    public string Remedy =>
        "install rustc with a WASI target (Debian: rustc libstd-rust-dev-wasm32 lld-14, the lld of rustc's LLVM; rustup: rustup target add wasm32-wasip1)";

    public string TrialSource => "fn main() { println!(\"{}\", std::env::args().count()); }\n";

    public IEnumerable<Toolchain> Candidates(ToolSearch search, string cacheFolder)
    {
        foreach (var found in search.FindAll("rustc"))
        {
            // rustup's program only forwards, by files in the home folder; the real one is under the root it prints.
            if (Ask(found, "--print", "sysroot") is not { } root || !Path.IsPathRooted(root))
            {
                continue;
            }

            var executable = Path.Combine(root, "bin", "rustc");
            string[] folders = root.StartsWith("/usr", StringComparison.Ordinal) ? [] : [root];
            foreach (var target in s_targets)
            {
                if (!Directory.Exists(Path.Combine(root, "lib", "rustlib", target)))
                {
                    continue;
                }

                foreach (var linker in Linkers(search, executable))
                {
                    yield return new Toolchain
                    {
                        Executable = executable,
                        ReadOnlyFolders = folders,
                        VersionArguments = ["-vV"],
                        Arguments =
                        [
                            "--target", target, "--edition", "2021", "-C", "opt-level=3", "-C", "strip=symbols", "-C", "panic=abort",
                            .. linker is null ? Array.Empty<string>() : ["-C", $"linker={linker}"],
                            // The last one counts: the target's own flags ask for 1 MiB.
                            "-C", string.Create(CultureInfo.InvariantCulture, $"link-args=-z stack-size={WasmLinking.StackBytes}"),
                            "--color", "never", FunctionLanguages.SourceFileName(FunctionLanguages.Rust), "-o", Toolchain.OutputFileName,
                        ],
                    };
                }
            }
        }
    }

    private static IEnumerable<string?> Linkers(ToolSearch search, string executable)
    {
        yield return null;
        if (Ask(executable, "-vV")?.Split('\n').FirstOrDefault(line => line.StartsWith("LLVM version: ", StringComparison.Ordinal)) is { } line
            && search.Find($"wasm-ld-{line["LLVM version: ".Length..].Split('.')[0]}") is { } matching)
        {
            yield return matching;
        }

        if (search.Find("wasm-ld") is { } plain)
        {
            yield return plain;
        }
    }

    /// <summary>Runs the user's own rustc for one line, in the user's own environment.</summary>
    private static string? Ask(string executable, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();

            // Read as streams, they are not the process' to close.
            using var standardOutput = process.StandardOutput;
            using var standardError = process.StandardError;
            var output = standardOutput.ReadToEndAsync();
            var errors = standardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            Task.WaitAll(output, errors);
            return process.ExitCode == 0 ? output.Result.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // Not a program for this machine.
        }
    }
}
