namespace Faas.Runtimes.Wasi;

/// <summary>Descriptor flags. WASI preview 1, <c>fdflags</c>.</summary>
[Flags]
internal enum FdFlags : ushort
{
    None = 0,
    Append = 1 << 0,
    DataSync = 1 << 1,
    NonBlock = 1 << 2,
    ReadSync = 1 << 3,
    Sync = 1 << 4,
    All = (1 << 5) - 1,
}
