using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

// Exceptions need an unwinder that wasi-libc builds of libc++ lack: code that throws is told so by the compiler, not by the linker.
internal sealed class CppCompiler() : ClangCompiler(FunctionLanguages.Cpp, "clang++", "-std=gnu++20", "-fno-exceptions")
{
    public override string Remedy =>
        "install clang, lld, wasi-libc and libc++ for wasm32 (Debian: clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc "
        + "libc++-19-dev-wasm32 libc++abi-19-dev-wasm32), or wasi-sdk in /opt/wasi-sdk or $WASI_SDK_PATH";

    public override string TrialSource => "#include <string>\nint main() { return std::string(\"a\").size() != 1; }\n";
}
