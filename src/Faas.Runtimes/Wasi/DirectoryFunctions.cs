using System.Buffers.Binary;
using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>fd_readdir</c>. Cookie 0 is <c>.</c>, 1 is <c>..</c>, and n + 2 every entry from sequence number n
/// on. The buffer is filled to the last byte, the last entry possibly cut: less than full means the end.
/// </summary>
internal static class DirectoryFunctions
{
    /// <summary>Size of <c>dirent</c>: next cookie at 0, inode at 8, length of the name at 16, filetype at 20; the name follows.</summary>
    private const int DirentBytes = 24;

    private const ulong FirstEntry = 2;

    public static Errno FdReaddir(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = context.TryGetDirectory(arguments[0], Rights.ReadDirectory, out _, out var directory);
        if (errno != Errno.Success)
        {
            return errno;
        }

        var result = (uint)arguments[4];
        if (!memory.TryGetSpan((uint)arguments[1], (uint)arguments[2], int.MaxValue, out var buffer)
            || !memory.Contains(result, sizeof(uint)))
        {
            return Errno.Fault;
        }

        var used = 0;
        var cookie = (ulong)arguments[3];
        if (cookie == 0 && TryAppend(buffer, ref used, 1, directory, "."u8))
        {
            cookie = 1;
        }

        if (cookie == 1 && TryAppend(buffer, ref used, FirstEntry, directory.Parent, ".."u8))
        {
            cookie = FirstEntry;
        }

        if (cookie >= FirstEntry)
        {
            foreach (var entry in directory.From(cookie - FirstEntry))
            {
                if (!TryAppend(buffer, ref used, entry.Sequence + 1 + FirstEntry, entry.Node, entry.Name))
                {
                    break;
                }
            }
        }

        memory.TryWriteUInt32(result, (uint)used);
        return Errno.Success;
    }

    /// <summary>False once the buffer is full.</summary>
    private static bool TryAppend(Span<byte> buffer, ref int used, ulong next, Node node, ReadOnlySpan<byte> name)
    {
        Span<byte> dirent = stackalloc byte[DirentBytes];
        dirent.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(dirent, next);
        BinaryPrimitives.WriteUInt64LittleEndian(dirent[8..], node.Inode);
        BinaryPrimitives.WriteUInt32LittleEndian(dirent[16..], (uint)name.Length);
        dirent[20] = (byte)node.Type;
        return TryCopy(dirent, buffer, ref used) && TryCopy(name, buffer, ref used);
    }

    private static bool TryCopy(ReadOnlySpan<byte> source, Span<byte> buffer, ref int used)
    {
        var count = Math.Min(source.Length, buffer.Length - used);
        source[..count].CopyTo(buffer[used..]);
        used += count;
        return count == source.Length;
    }
}
