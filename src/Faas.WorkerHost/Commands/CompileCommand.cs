using Faas.Runtimes;

namespace Faas.WorkerHost.Commands;

/// <summary>
/// <c>faas-worker compile --backend NAME INPUT OUTPUT</c> and <c>faas-worker fingerprint --backend NAME</c>: the engine's
/// compiler as a one-shot process, so that a hostile module can hurt neither the supervisor nor a serving worker.
/// </summary>
internal static class CompileCommand
{
    public static int Compile(WorkerArguments arguments)
    {
        if (arguments.Rest is not [var input, var output])
        {
            throw new ArgumentException("compile takes INPUT and OUTPUT");
        }

        using var backend = Create(arguments, out var compiler);
        try
        {
            File.WriteAllBytes(output, compiler.Compile(File.ReadAllBytes(input)));
            return ExitCodes.Ok;
        }
        catch (ModuleLoadException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCodes.InvalidModule;
        }
        catch (OutOfMemoryException)
        {
            Console.Error.WriteLine("making native code of the module takes more memory than it may have: make it smaller");
            return ExitCodes.InvalidModule;
        }
    }

    public static int Fingerprint(WorkerArguments arguments)
    {
        using var backend = Create(arguments, out var compiler);
        Console.Out.WriteLine(compiler.Fingerprint);
        return ExitCodes.Ok;
    }

    private static IRuntimeBackend Create(WorkerArguments arguments, out IModuleCompiler compiler)
    {
        var options = new BackendOptions { Slots = 1, Settings = arguments.WithPrefix("set-") };
        var backend = BackendCatalog.Create(arguments.Get("backend"), options);
        compiler = backend as IModuleCompiler
            ?? throw new ArgumentException($"backend {backend.Name} does not compile modules");
        return backend;
    }
}
