using System.Threading.Channels;

namespace MiniFaas.Commands;

/// <summary>Tells when a file's content has changed, however an editor writes it: in place, or aside and renamed over it.</summary>
internal sealed class FileWatch : IDisposable
{
    // Editors write in several steps; what comes within this time is one save.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(50);

    private readonly FileSystemWatcher _watcher;
    private readonly Channel<bool> _events = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly string _path;
    private byte[] _last = [];

    /// <exception cref="IOException">The folder is not there, or the system's limit of watches is reached.</exception>
    public FileWatch(string path)
    {
        _path = Path.GetFullPath(path);
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(_path)!, Path.GetFileName(_path));
        _watcher.Changed += (_, _) => _events.Writer.TryWrite(true);
        _watcher.Created += (_, _) => _events.Writer.TryWrite(true);
        _watcher.Renamed += (_, _) => _events.Writer.TryWrite(true);
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>The content as it is now, on the first call; then the content after each change that is one.</summary>
    public async IAsyncEnumerable<byte[]> ContentsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _last = await File.ReadAllBytesAsync(_path, cancellationToken);
        yield return _last;
        while (await _events.Reader.WaitToReadAsync(cancellationToken))
        {
            await Task.Delay(s_settle, cancellationToken);
            _ = _events.Reader.TryRead(out _);
            if (await ReadAsync(cancellationToken) is { } content && !content.AsSpan().SequenceEqual(_last))
            {
                _last = content;
                yield return content;
            }
        }
    }

    public void Dispose() => _watcher.Dispose();

    // Between an editor's delete and its create there is no file: the create is an event of its own.
    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(_path, cancellationToken) is { Length: > 0 } content ? content : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
