using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native;

/// <summary>One interpreter of this machine, ready to be started: where it is and how it is confined.</summary>
internal sealed class Interpreter : IDisposable
{
    internal Interpreter(InterpreterLanguage language, string path, Bubblewrap sandbox, BackendOptions options)
    {
        Language = language;
        Path = path;
        Sandbox = sandbox;
        Options = options;
    }

    internal InterpreterLanguage Language { get; }

    internal string Path { get; }

    internal Bubblewrap Sandbox { get; }

    internal BackendOptions Options { get; }

    public void Dispose()
    {
    }
}
