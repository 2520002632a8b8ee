using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

internal sealed class CCompiler() : ClangCompiler(FunctionLanguages.C, "clang")
{
    public override string Remedy =>
        "install clang, lld and wasi-libc (Debian: clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc), or wasi-sdk in /opt/wasi-sdk or $WASI_SDK_PATH";

    public override string TrialSource => "#include <stdio.h>\nint main(void) { return printf(\"\\n\") < 0; }\n";
}
