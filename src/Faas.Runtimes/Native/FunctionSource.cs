using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native;

/// <summary>A function's source as a guest gets it.</summary>
/// <param name="FunctionId">Deployed id.</param>
/// <param name="Style">How it is called.</param>
/// <param name="File">The entry file.</param>
/// <param name="Others">The other files of a function that was sent as an archive.</param>
internal sealed record FunctionSource(string FunctionId, FunctionStyle Style, GuestFile File, IReadOnlyList<GuestFile> Others)
{
    /// <summary>The entry file below the function's folder.</summary>
    internal string EntryName => NameOf(File);

    /// <summary>A file's name below the function's folder.</summary>
    internal static string NameOf(GuestFile file) => file.GuestPath[(Interpreter.FunctionsFolder.Length + 1)..];
}
