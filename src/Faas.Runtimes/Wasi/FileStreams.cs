using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// Scattered reads and gathered writes on files. A bad buffer, or a full file system, after some bytes ends the
/// transfer there; the call answers what was moved, as POSIX allows.
/// </summary>
internal static class FileStreams
{
    public static Errno Read(WasiContext context, FileNode file, ulong position, ref IoVectors vectors, out uint total)
    {
        total = 0;
        while (true)
        {
            if (!vectors.TryNext(out var buffer))
            {
                return total == 0 ? Errno.Fault : Errno.Success;
            }

            var count = buffer.IsEmpty ? 0 : file.Content.Read(position + total, buffer);
            if (count == 0)
            {
                break;
            }

            total += (uint)count;
        }

        if (total > 0)
        {
            file.AccessTime = context.FileSystem.Now;
        }

        return Errno.Success;
    }

    public static Errno Write(WasiContext context, FileNode file, ulong position, ref IoVectors vectors, out uint total)
    {
        total = 0;
        while (true)
        {
            if (!vectors.TryNext(out var buffer))
            {
                return total == 0 ? Errno.Fault : Errno.Success;
            }

            if (buffer.IsEmpty)
            {
                return Errno.Success;
            }

            var count = file.Content.Write(position + total, buffer);
            if (count > 0)
            {
                file.ModifyTime = file.ChangeTime = context.FileSystem.Now;
                total += (uint)count;
            }

            if (count < buffer.Length)
            {
                return total > 0 ? Errno.Success
                    : position >= (ulong)context.FileSystem.Quota.MaxFileBytes ? Errno.FileTooBig
                    : Errno.NoSpace;
            }
        }
    }
}
