namespace Faas.Runtimes.Native.Sandbox;

/// <summary>
/// The current folder of a guest that has no sandbox and so no /tmp of its own: private to it, under the worker's
/// scratch folder, removed after its end. Links in it are removed, never followed.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private WorkFolder(string path) => FullPath = path;

    internal string FullPath { get; }

    /// <summary>Null where the sandbox gives the guest its own /tmp.</summary>
    internal static WorkFolder? CreateFor(Interpreter interpreter)
    {
        if (interpreter.Sandbox.IsConfined || OperatingSystem.IsWindows())
        {
            return null;
        }

        var path = Path.Combine(interpreter.BareWorkFolder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new WorkFolder(path);
    }

    /// <summary>After the guest has ended.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed now goes with the worker's scratch folder.
        }
    }
}
