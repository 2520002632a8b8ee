using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.WasmC.Interop;

/// <summary>Owns an engine (<c>wasm_engine_t</c>).</summary>
internal sealed unsafe class WasmCEngineHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmCEngineHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmCEngineHandle(wasm_engine_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasm_engine_t* Pointer => (wasm_engine_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmCNativeMethods.wasm_engine_delete(handle);
        return true;
    }
}
