using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native;

/// <summary>What differs between the interpreters: names, command lines, and how each says what ended it.</summary>
internal abstract class InterpreterLanguage
{
    /// <summary>Name of the backend, and of the setting that gives the interpreter's path.</summary>
    internal abstract string Name { get; }

    internal abstract ModuleKind Kind { get; }

    /// <summary>Names under which the interpreter is looked for on PATH, best first.</summary>
    internal abstract IReadOnlyList<string> Programs { get; }

    /// <summary>What a person installs when it is missing.</summary>
    internal abstract string InstallHint { get; }

    /// <summary>Address space of the bare interpreter in bytes, on top of which a function's memory limit counts; 0 when that is not the way to limit it.</summary>
    internal virtual long BaseAddressSpaceBytes => 0;

    /// <summary>Private memory of the bare interpreter in bytes; 0 when address space is limited instead.</summary>
    internal virtual long BaseDataBytes => 0;

    /// <summary>The entry file's name inside the sandbox.</summary>
    internal abstract string FileName(ReadOnlySpan<byte> source);

    /// <summary>Script or handler, by looking at the source.</summary>
    internal abstract FunctionStyle DetectStyle(ReadOnlySpan<byte> source);

    /// <summary>File name of the program that waits for the job of a process of its own; an embedded resource of this assembly.</summary>
    internal abstract string OnceDriverName { get; }

    /// <summary>Command line that has <paramref name="driver"/> wait for a job and then runs the script <paramref name="path"/> once.</summary>
    internal abstract IEnumerable<string> RunOnce(string interpreter, string driver, string path, InvocationLimits limits);

    /// <summary>True when the interpreter ended because it ran out of memory.</summary>
    internal abstract bool EndedByMemory(ProcessExit exit, ErrorTail errorTail);

    /// <summary>File name of the program that keeps the interpreter warm; an embedded resource of this assembly.</summary>
    internal abstract string DriverName { get; }

    /// <summary>True when the driver is a zygote, which forks a child for each job.</summary>
    internal abstract bool HasZygote { get; }

    /// <summary>Environment of the drivers, which guests never see.</summary>
    internal virtual IReadOnlyList<string> DriverEnvironment => [];

    /// <summary>Command line of the driver, without the driver's own arguments.</summary>
    internal abstract IEnumerable<string> RunDriver(string interpreter, string driver, InvocationLimits limits);
}
