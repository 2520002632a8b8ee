using System.Buffers.Binary;
using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// <c>filestat</c> in memory: device at 0, inode at 8, filetype at 16, then links, size and access, modification and
/// change time, whose offsets differ between preview 1 (64 bytes, 64-bit links) and preview 0 (56 bytes, 32-bit links).
/// </summary>
internal readonly struct FilestatLayout
{
    /// <summary>Device of everything in the file system; the streams are device 0.</summary>
    private const ulong Device = 1;

    private readonly int _links;
    private readonly int _size;

    private FilestatLayout(int links, int size)
    {
        _links = links;
        _size = size;
    }

    public static FilestatLayout Preview1 { get; } = new(links: 24, size: 32);

    public static FilestatLayout Preview0 { get; } = new(links: 20, size: 24);

    /// <summary>Size and three times follow each other.</summary>
    public uint Bytes => (uint)_size + (4 * sizeof(ulong));

    public void Write(Span<byte> target, Node node)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Device);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], node.Inode);
        target[16] = (byte)node.Type;
        WriteLinks(target, node.Links);
        BinaryPrimitives.WriteUInt64LittleEndian(target[_size..], node.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(target[(_size + 8)..], node.AccessTime);
        BinaryPrimitives.WriteUInt64LittleEndian(target[(_size + 16)..], node.ModifyTime);
        BinaryPrimitives.WriteUInt64LittleEndian(target[(_size + 24)..], node.ChangeTime);
    }

    /// <summary>A standard stream: no size, no times, no place.</summary>
    public void WriteStream(Span<byte> target, FileType type)
    {
        target.Clear();
        target[16] = (byte)type;
        WriteLinks(target, 1);
    }

    // Little-endian: where 32 bits are wanted, the upper half is overwritten by the size that follows.
    private void WriteLinks(Span<byte> target, ulong links) => BinaryPrimitives.WriteUInt64LittleEndian(target[_links..], links);
}
