using System.Runtime.InteropServices;

namespace Faas.Supervisor.Functions.Interop;

/// <summary><c>struct statx</c> of linux/stat.h: 256 bytes, the same layout on every architecture. Only what is read is named.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    [FieldOffset(0)]
    internal uint stx_mask;

    [FieldOffset(32)]
    internal ulong stx_ino;

    [FieldOffset(40)]
    internal ulong stx_size;

    [FieldOffset(96)]
    internal long stx_ctime_sec;

    [FieldOffset(104)]
    internal uint stx_ctime_nsec;

    [FieldOffset(112)]
    internal long stx_mtime_sec;

    [FieldOffset(120)]
    internal uint stx_mtime_nsec;

    [FieldOffset(136)]
    internal uint stx_dev_major;

    [FieldOffset(140)]
    internal uint stx_dev_minor;
}
