using Faas.Supervisor.Functions.Interop;

namespace Faas.Supervisor.Building;

/// <summary>Tells whether a file is still the one that was checked. Includes the change time, which a program cannot set.</summary>
internal readonly record struct FileIdentity(
    ulong Device, ulong Inode, ulong Size, long ModifiedSeconds, uint ModifiedNanoseconds, long ChangedSeconds, uint ChangedNanoseconds)
{
    /// <returns>Null when there is no such file.</returns>
    internal static unsafe FileIdentity? TryGet(string path)
    {
        StatxBuffer status;
        return PosixNativeMethods.statx(PosixNativeMethods.AT_FDCWD, path, 0, PosixNativeMethods.STATX_BASIC_STATS, &status) != 0
            ? null
            : new FileIdentity(
                ((ulong)status.stx_dev_major << 32) | status.stx_dev_minor,
                status.stx_ino,
                status.stx_size,
                status.stx_mtime_sec,
                status.stx_mtime_nsec,
                status.stx_ctime_sec,
                status.stx_ctime_nsec);
    }
}
