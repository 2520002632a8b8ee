using Microsoft.Win32.SafeHandles;

namespace Faas.Runtimes.WasmC.Interop;

/// <summary>Owns a module that stores can obtain (<c>wasm_shared_module_t</c>).</summary>
internal sealed unsafe class WasmCSharedModuleHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WasmCSharedModuleHandle()
        : base(ownsHandle: true)
    {
    }

    public WasmCSharedModuleHandle(wasm_shared_module_t* owned)
        : base(ownsHandle: true) => SetHandle((nint)owned);

    /// <summary>For the per-invocation calls; the caller keeps this object alive.</summary>
    public wasm_shared_module_t* Pointer => (wasm_shared_module_t*)handle;

    protected override bool ReleaseHandle()
    {
        WasmCNativeMethods.wasm_shared_module_delete(handle);
        return true;
    }
}
