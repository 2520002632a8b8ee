using System.Globalization;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>
/// Wasmtime: compiles at deploy, maps the native code in each worker, and gives every invocation a fresh instance on
/// its slot's own thread.
/// </summary>
/// <remarks>
/// Slot threads need <see cref="RequiredStackBytes"/> of stack: the guest's native code runs on it. A guest that uses
/// up its part traps; the rest belongs to the host calls.
/// </remarks>
public sealed unsafe class WasmtimeBackend : IRuntimeBackend, IModuleCompiler
{
    /// <summary>Stack that a thread which calls <see cref="IRuntimeModule.Invoke"/> must have: 1.25 MiB.</summary>
    public const int RequiredStackBytes = EngineSettings.MaxWasmStackBytes + EngineSettings.HostStackBytes;

    private readonly Lazy<EpochTicker> _ticker;
    private readonly WasmtimeLinkerHandle _linker;

    /// <summary>Starts an engine.</summary>
    /// <exception cref="DllNotFoundException">libwasmtime is missing or of another version; the message says where it was looked for.</exception>
    public WasmtimeBackend(BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        WasmtimeLibrary.EnsureLoaded();
        MaxMemoryBytes = options.MaxMemoryBytes;
        Engine = EngineSettings.CreateEngine();
        _linker = wasmtime_linker_new(Engine);
        HostFunctions.Define(_linker);
        _ticker = new Lazy<EpochTicker>(() => new EpochTicker(Engine));
    }

    /// <inheritdoc/>
    public string Name => "wasmtime";

    /// <inheritdoc/>
    public string Version => $"wasmtime {WasmtimeLibrary.Version} ({WasmtimeLibrary.Path})";

    /// <inheritdoc/>
    public BackendCapabilities Capabilities =>
        BackendCapabilities.Deadline | BackendCapabilities.MemoryLimit | BackendCapabilities.PooledInstances | BackendCapabilities.Precompiled;

    /// <inheritdoc/>
    public bool RunsOnSlotThread => true;

    /// <summary>
    /// Library version, settings generation, architecture, and the feature words of the CPU. The engine checks the
    /// same again when it loads the code.
    /// </summary>
    public string Fingerprint { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"wasmtime-{WasmtimeLibrary.Version}-g{EngineSettings.Generation}-{CpuFeatures.Text}");

    internal WasmEngineHandle Engine { get; }

    internal long MaxMemoryBytes { get; }

    internal EpochTicker Ticker => _ticker.Value;

    /// <inheritdoc/>
    public IRuntimeModule Load(ModuleDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Kind != ModuleKind.Wasm)
        {
            throw new ModuleLoadException(InvocationStatus.RuntimeMissing, $"the backend {Name} runs WASM modules, not {descriptor.Kind}");
        }

        if (!File.Exists(descriptor.Path))
        {
            throw new ModuleLoadException(InvocationStatus.InvalidModule, $"the native code of {descriptor.FunctionId} is missing; deploy it again");
        }

        var files = BundledFiles.Read(descriptor);
        var path = new byte[Encoding.UTF8.GetByteCount(descriptor.Path) + 1];
        Encoding.UTF8.GetBytes(descriptor.Path, path);
        wasmtime_module_t* module;
        fixed (byte* pathBytes = path)
        {
            var error = wasmtime_module_deserialize_file(Engine, pathBytes, &module);
            if (error is not null)
            {
                throw new ModuleLoadException(
                    InvocationStatus.InvalidModule,
                    $"the native code of {descriptor.FunctionId} was refused; deploy it again: {NativeError.Take(error).Replace(descriptor.Path, "the file", StringComparison.Ordinal)}");
            }
        }

        var moduleHandle = new WasmtimeModuleHandle(module);
        try
        {
            ModuleInspector.CheckExports(moduleHandle);
            return new WasmtimeModule(this, moduleHandle, Link(moduleHandle), files);
        }
        catch
        {
            moduleHandle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public byte[] Compile(ReadOnlySpan<byte> wasm)
    {
        var original = TextFormat.ToBinary(wasm);
        ModuleRules.RefuseComponent(original);
        fixed (byte* bytes = original)
        {
            ThrowInvalid(wasmtime_module_validate(Engine, bytes, (nuint)original.Length), "the module is invalid");
        }

        ModuleShape.Check(original);
        var merged = DataSegmentMerger.Merge(original);
        wasmtime_module_t* compiled;
        fixed (byte* bytes = merged)
        {
            ThrowInvalid(wasmtime_module_new(Engine, bytes, (nuint)merged.Length, &compiled), "the module is invalid");
        }

        using var module = new WasmtimeModuleHandle(compiled);
        ModuleInterface.Check(original);
        wasm_byte_vec_t serialized;
        NativeError.ThrowIfAny(wasmtime_module_serialize(module, &serialized));
        try
        {
            return serialized.Span.ToArray();
        }
        finally
        {
            wasm_byte_vec_delete(&serialized);
        }
    }

    /// <summary>Ends the engine. No invocation may be running.</summary>
    public void Dispose()
    {
        if (_ticker.IsValueCreated)
        {
            _ticker.Value.Dispose();
        }

        _linker.Dispose();
        Engine.Dispose();
    }

    private WasmtimeInstancePreHandle Link(WasmtimeModuleHandle module)
    {
        wasmtime_instance_pre_t* instancePre;
        ThrowInvalid(wasmtime_linker_instantiate_pre(_linker, module, &instancePre), "the module cannot be linked");
        return new WasmtimeInstancePreHandle(instancePre);
    }

    private static void ThrowInvalid(wasmtime_error_t* error, string what)
    {
        if (error is not null)
        {
            throw ModuleRules.Invalid($"{what}: {NativeError.Take(error)}");
        }
    }
}
