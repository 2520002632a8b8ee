namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>A symbolic link; its target is a relative path, UTF-8.</summary>
internal sealed class SymbolicLinkNode(ulong inode, ulong now, FileSystemQuota quota, byte[] target) : Node(inode, now)
{
    public ReadOnlySpan<byte> Target => target;

    public override FileType Type => FileType.SymbolicLink;

    public override ulong Size => (ulong)target.Length;

    public override void Release() => quota.Refund(target.Length);
}
