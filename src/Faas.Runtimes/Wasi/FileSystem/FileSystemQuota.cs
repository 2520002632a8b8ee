namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>
/// What one invocation's file system may hold. Everything that takes host memory is charged: content by the capacity
/// allocated for it, nodes and names by a flat estimate of their objects.
/// </summary>
internal sealed class FileSystemQuota(long maxBytes, int maxNodes)
{
    /// <summary>Bytes charged for a node: its object, its dictionary or chunk table, its share of the heap's overhead.</summary>
    public const int NodeBytes = 256;

    /// <summary>Bytes charged for a directory entry besides its name.</summary>
    public const int EntryBytes = 128;

    private readonly long _maxFileBytes = maxBytes;
    private long _maxBytes = maxBytes;
    private int _maxNodes = maxNodes;
    private long _bytes;
    private int _nodes;

    /// <summary>Highest size of one file, holes included.</summary>
    public long MaxFileBytes => _maxFileBytes;

    public long UsedBytes => _bytes;

    public int UsedNodes => _nodes;

    public bool TryCharge(long bytes)
    {
        if (bytes > _maxBytes - _bytes)
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }

    public void Refund(long bytes) => _bytes -= bytes;

    public bool TryChargeNode()
    {
        if (_nodes >= _maxNodes || !TryCharge(NodeBytes))
        {
            return false;
        }

        _nodes++;
        return true;
    }

    public void RefundNode()
    {
        _nodes--;
        Refund(NodeBytes);
    }

    /// <summary>Makes room for one node and its entry, and takes it.</summary>
    public void Extend(long entryBytes)
    {
        _maxBytes += NodeBytes + entryBytes;
        _bytes += NodeBytes + entryBytes;
        _maxNodes++;
        _nodes++;
    }
}
