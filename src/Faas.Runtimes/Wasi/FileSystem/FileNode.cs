namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>A regular file.</summary>
internal sealed class FileNode(ulong inode, ulong now, FileSystemQuota quota, ReadOnlyMemory<byte> bundled = default) : Node(inode, now)
{
    public FileContent Content { get; } = new(quota, bundled);

    public override FileType Type => FileType.RegularFile;

    public override ulong Size => (ulong)Content.Length;

    public override void Release() => Content.TrySetLength(0);
}
