using Faas.Runtimes.Native.Lanes;
using Faas.Runtimes.Native.Sandbox;
using Faas.Runtimes.Native.Zygotes;
using Faas.Seccomp;

namespace Faas.Runtimes.Native;

/// <summary>One interpreter of this machine: where it is, how it is confined, and what of it is kept warm.</summary>
internal sealed class Interpreter : IDisposable
{
    /// <summary>Where functions lie inside the sandbox.</summary>
    internal const string FunctionsFolder = "/fn";

    /// <summary>Where the driver program lies inside the sandbox.</summary>
    private const string DriverFolder = "/driver";

    internal Interpreter(InterpreterLanguage language, string path, Bubblewrap sandbox, BackendOptions options)
    {
        Language = language;
        Path = path;
        Sandbox = sandbox;
        BareFunctionsFolder = System.IO.Path.Combine(options.ScratchDirectory, "fn-" + language.Name);
        BareWorkFolder = System.IO.Path.Combine(options.ScratchDirectory, "work-" + language.Name);
        Driver = ReadDriver(language.DriverName, options.ScratchDirectory);
        Filter = sandbox.IsFiltered ? InDriverFolder("seccomp.bpf", SeccompFilter.For(FilterUse.ZygoteChild, sandbox.UnboundedOfZygotes)!, options.ScratchDirectory) : null;
        OnceDriver = ReadDriver(language.OnceDriverName, options.ScratchDirectory);
        Keeper = new GuestKeeper(options.Settings, TimeProvider.System);
        FunctionFilesBytes = LoadedFunctions.DefaultIdleBytes + (LoadedFunctions.MaxFunctionBytes * (options.Slots + Keeper.MaxGuests));
        if (language.HasZygote)
        {
            Zygotes = new ZygotePool(this);
            Keeper.Add(Zygotes);
        }
    }

    internal InterpreterLanguage Language { get; }

    internal string Path { get; }

    internal Bubblewrap Sandbox { get; }

    /// <summary>Where functions lie when there is no sandbox.</summary>
    internal string BareFunctionsFolder { get; }

    /// <summary>Capacity of a zygote's folder of functions in bytes: as many of the largest as can be run or kept warm at once, and those that nobody runs.</summary>
    internal long FunctionFilesBytes { get; }

    /// <summary>Where guests have their current folders when there is no sandbox.</summary>
    internal string BareWorkFolder { get; }

    /// <summary>The program that keeps the interpreter warm: part of this assembly, written to the scratch folder.</summary>
    internal GuestFile Driver { get; }

    /// <summary>The filter of system calls that a zygote's children install; null where there is none.</summary>
    internal GuestFile? Filter { get; }

    /// <summary>The program that waits for the one job of a process of its own; in the scratch folder, too.</summary>
    internal GuestFile OnceDriver { get; }

    /// <summary>Null for a language that cannot fork.</summary>
    internal ZygotePool? Zygotes { get; }

    /// <summary>Ends idle and surplus guests of every function of the language.</summary>
    internal GuestKeeper Keeper { get; }

    public void Dispose()
    {
        Keeper.Dispose();
        Sandbox.Dispose();
    }

    private static GuestFile ReadDriver(string name, string scratchDirectory)
    {
        using var resource = typeof(Interpreter).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this build");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return InDriverFolder(name, content, scratchDirectory);
    }

    private static GuestFile InDriverFolder(string name, byte[] content, string scratchDirectory)
    {
        if (!Directory.Exists(scratchDirectory) && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(scratchDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var path = System.IO.Path.Combine(scratchDirectory, name);
        File.WriteAllBytes(path, content);
        return new GuestFile($"{DriverFolder}/{name}", content, path);
    }
}
