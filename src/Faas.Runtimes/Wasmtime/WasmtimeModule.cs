using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Native code mapped from its file, imports resolved once.</summary>
internal sealed unsafe class WasmtimeModule : IRuntimeModule
{
    private readonly WasmtimeBackend _backend;
    private readonly WasmtimeModuleHandle _module;
    private readonly WasmtimeInstancePreHandle _instancePre;

    /// <summary>Takes ownership of both handles.</summary>
    public WasmtimeModule(WasmtimeBackend backend, WasmtimeModuleHandle module, WasmtimeInstancePreHandle instancePre, BundledFiles files)
    {
        _backend = backend;
        _module = module;
        _instancePre = instancePre;
        Files = files;
        void* start;
        void* end;
        WasmtimeNativeMethods.wasmtime_module_image_range(module, &start, &end);
        ResidentBytes = (byte*)end - (byte*)start + files.Bytes;
    }

    public BundledFiles Files { get; }

    public wasmtime_instance_pre_t* InstancePre => _instancePre.Pointer;

    /// <summary>The mapped image and the bundled files; pages of the image that are only read are shared with the other workers.</summary>
    public long ResidentBytes { get; }

    public InvocationResult Invoke(InvocationContext invocation)
    {
        ObjectDisposedException.ThrowIf(_instancePre.IsClosed, this);
        var result = WasmtimeSlot.Of(_backend).Run(this, invocation);
        GC.KeepAlive(this);
        return result;
    }

    public void Dispose()
    {
        _instancePre.Dispose();
        _module.Dispose();
    }
}
