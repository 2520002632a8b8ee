using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.Wasmtime.Interop;

/// <summary>Owns an engine (<c>wasm_engine_t</c>).</summary>
internal sealed unsafe class WasmEngineHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmEngineHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmEngineHandle(wasm_engine_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasm_engine_t* Pointer => (wasm_engine_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmtimeNativeMethods.wasm_engine_delete(handle);
        return true;
    }
}
