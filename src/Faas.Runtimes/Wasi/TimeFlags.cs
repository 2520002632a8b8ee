namespace Faas.Runtimes.Wasi;

/// <summary>Which times to set, and whether to the time given or to now. WASI preview 1, <c>fstflags</c>.</summary>
[Flags]
internal enum TimeFlags : ushort
{
    None = 0,
    Access = 1 << 0,
    AccessNow = 1 << 1,
    Modify = 1 << 2,
    ModifyNow = 1 << 3,
}
