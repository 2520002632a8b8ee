namespace Faas.Load;

/// <summary>Says what the next request is. One source serves one load thread and is never shared.</summary>
public interface IRequestSource
{
    /// <summary>The bytes of the next request, head and body; valid for as long as the source.</summary>
    ReadOnlyMemory<byte> Next();
}
