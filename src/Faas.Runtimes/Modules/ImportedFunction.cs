namespace Faas.Runtimes.Modules;

/// <summary>One import of a module.</summary>
/// <param name="Index">Index in <see cref="Wasi.WasiFunctions.All"/> or <see cref="Wasi.WasiFunctions.Unstable"/>.</param>
/// <param name="IsUnstable">Which of the two.</param>
internal readonly record struct ImportedFunction(int Index, bool IsUnstable);
