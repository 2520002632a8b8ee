namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>A name in a directory.</summary>
/// <param name="name">UTF-8, 1 to 255 bytes, without a slash.</param>
/// <param name="node">What it names.</param>
/// <param name="sequence">Place in the order of creation within the directory; never given twice.</param>
internal sealed class DirectoryEntry(byte[] name, Node node, ulong sequence)
{
    public byte[] Name { get; } = name;

    public Node Node { get; } = node;

    public ulong Sequence { get; } = sequence;

    public bool IsRemoved { get; set; }
}
