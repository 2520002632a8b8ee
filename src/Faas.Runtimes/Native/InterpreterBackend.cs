using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native;

/// <summary>
/// Runs functions of one interpreted language in child processes. Nothing is started or looked for before the first
/// function of the language: a worker that serves none keeps no memory for it.
/// </summary>
internal sealed class InterpreterBackend : IRuntimeBackend
{
    private readonly InterpreterLanguage _language;
    private readonly BackendOptions _options;
    private readonly Lock _lock = new();
    private Interpreter? _interpreter; // under _lock

    internal InterpreterBackend(InterpreterLanguage language, BackendOptions options)
    {
        _language = language;
        _options = options;
    }

    /// <inheritdoc/>
    public string Name => _language.Name;

    /// <inheritdoc/>
    public string Version => Volatile.Read(ref _interpreter) is { } interpreter ? $"{Name} ({interpreter.Path})" : Name;

    /// <inheritdoc/>
    public BackendCapabilities Capabilities => BackendCapabilities.Deadline | BackendCapabilities.MemoryLimit;

    /// <inheritdoc/>
    public bool RunsOnSlotThread => false;

    /// <inheritdoc/>
    public IRuntimeModule Load(ModuleDescriptor descriptor)
    {
        if (descriptor.Kind != _language.Kind)
        {
            throw new ModuleLoadException(InvocationStatus.InvalidModule, $"the {Name} backend does not run {descriptor.Kind}");
        }

        var interpreter = GetInterpreter();
        byte[] content;
        var others = new List<GuestFile>();
        var entry = descriptor.Options.GetValueOrDefault("entry", "");
        try
        {
            content = File.ReadAllBytes(descriptor.Path);
            if (entry.Length > 0)
            {
                ReadOthers(interpreter, descriptor, others);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModuleLoadException(InvocationStatus.InvalidModule, "the function's source cannot be read", e);
        }

        var style = descriptor.Options.TryGetValue("style", out var wanted) && Enum.TryParse<FunctionStyle>(wanted, ignoreCase: true, out var given)
            ? given
            : _language.DetectStyle(content);
        // In the folder the archive has it in, so that what it imports is where it looks.
        var fileName = entry[..(entry.LastIndexOf('/') + 1)] + _language.FileName(content);
        var file = AsGuestFile(interpreter, descriptor.FunctionId, fileName, content);
        return new InterpreterModule(interpreter, new FunctionSource(descriptor.FunctionId, style, file, others), descriptor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _interpreter?.Dispose();
        }
    }

    /// <summary>Looked for again until it is found: it may be installed while the worker runs.</summary>
    private Interpreter GetInterpreter()
    {
        lock (_lock)
        {
            return _interpreter ??= StartInterpreter();
        }
    }

    private Interpreter StartInterpreter()
    {
        var path = InterpreterLocator.Find(_language, _options.Settings);
        var sandbox = Bubblewrap.Probe(path, _options.Settings);
        if (!sandbox.IsConfined && _options.Settings.GetValueOrDefault("require-sandbox") == "true")
        {
            throw new ModuleLoadException(
                InvocationStatus.RuntimeMissing, $"{Name} functions must be confined and cannot be ({sandbox.Reason}): install bubblewrap and allow user namespaces");
        }

        if (!sandbox.IsFiltered && _options.Settings.GetValueOrDefault("require-sandbox") == "true")
        {
            throw new ModuleLoadException(
                InvocationStatus.RuntimeMissing, $"{Name} functions must be confined, and this kernel does not filter system calls");
        }

        return new Interpreter(_language, path, sandbox, _options);
    }

    /// <summary>The other files of an archive: in a folder beside the source, checked when they were deployed.</summary>
    private static void ReadOthers(Interpreter interpreter, ModuleDescriptor descriptor, List<GuestFile> others)
    {
        var root = Path.Combine(Path.GetDirectoryName(descriptor.Path)!, "files");
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            others.Add(AsGuestFile(interpreter, descriptor.FunctionId, Path.GetRelativePath(root, path), File.ReadAllBytes(path)));
        }
    }

    private static GuestFile AsGuestFile(Interpreter interpreter, string functionId, string name, byte[] content) =>
        new($"{Interpreter.FunctionsFolder}/{name}", content, CopyForBareRuns(interpreter, functionId, name, content));

    /// <summary>Without a sandbox the guest reads the file from the scratch folder, where it has the name it needs.</summary>
    private static string CopyForBareRuns(Interpreter interpreter, string functionId, string fileName, byte[] content)
    {
        if (interpreter.Sandbox.IsConfined)
        {
            return "";
        }

        var folder = Path.Combine(interpreter.BareFunctionsFolder, functionId);
        var path = Path.Combine(folder, fileName);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }
}
