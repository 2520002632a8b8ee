namespace Faas.Runtimes.Wasi;

/// <summary>What a descriptor or a path names. WASI preview 1, <c>filetype</c>.</summary>
internal enum FileType : byte
{
    Unknown = 0,
    Directory = 3,
    RegularFile = 4,
    SymbolicLink = 7,
}
