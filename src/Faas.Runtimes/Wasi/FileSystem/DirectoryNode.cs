namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>
/// A directory. Entries keep their order of creation, so that a <c>fd_readdir</c> cookie stays good while entries come
/// and go: nothing that stays is left out or seen twice.
/// </summary>
internal sealed class DirectoryNode : Node
{
    private readonly Dictionary<byte[], DirectoryEntry> _byName = new(NameComparer.Instance);
    private readonly List<DirectoryEntry> _inOrder = [];
    private ulong _nextSequence;

    /// <param name="inode">Number within the file system.</param>
    /// <param name="now">Creation time.</param>
    /// <param name="parent">Null for the root, which is its own parent.</param>
    public DirectoryNode(ulong inode, ulong now, DirectoryNode? parent)
        : base(inode, now)
    {
        Parent = parent ?? this;
        Links = 2;
    }

    public DirectoryNode Parent { get; set; }

    public override FileType Type => FileType.Directory;

    public override ulong Size => 0;

    public bool IsEmpty => _byName.Count == 0;

    /// <summary>True once it has been removed while a descriptor still holds it: nothing can be created in it.</summary>
    public bool IsRemoved => Links == 0;

    public Node? Find(ReadOnlySpan<byte> name) =>
        _byName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var entry) ? entry.Node : null;

    /// <summary>Adds a name that is not there yet.</summary>
    public void Add(ReadOnlySpan<byte> name, Node node)
    {
        var entry = new DirectoryEntry(name.ToArray(), node, _nextSequence++);
        _byName.Add(entry.Name, entry);
        _inOrder.Add(entry);
    }

    /// <summary>Removes a name that is there.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        _byName.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name, out _, out var entry);
        entry!.IsRemoved = true;
        // Removed entries stay in the list until they are the majority: a removal costs O(1) on average.
        if (_inOrder.Count > 2 * _byName.Count)
        {
            _inOrder.RemoveAll(static e => e.IsRemoved);
        }
    }

    /// <summary>The entries from a sequence number on, in order.</summary>
    public IEnumerable<DirectoryEntry> From(ulong sequence)
    {
        for (var i = IndexOf(sequence); i < _inOrder.Count; i++)
        {
            if (!_inOrder[i].IsRemoved)
            {
                yield return _inOrder[i];
            }
        }
    }

    private int IndexOf(ulong sequence)
    {
        int low = 0, high = _inOrder.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_inOrder[middle].Sequence < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
