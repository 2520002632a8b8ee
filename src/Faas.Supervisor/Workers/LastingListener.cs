using System.Globalization;
using Faas.Protocol.Transport;

namespace Faas.Supervisor.Workers;

/// <summary>
/// A listener whose file may be lost while it is listened on, as what cleans /tmp does: nobody could connect any more, and
/// no worker be replaced. Asked before somebody is to connect, it listens anew. Thread-safe.
/// </summary>
internal sealed class LastingListener : ITransportListener
{
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly SemaphoreSlim _replacing = new(1);
    private readonly ITransport _transport;
    private readonly string _path;
    private volatile ITransportListener _current;
    private int _losses; // under _replacing

    /// <param name="transport">Listens.</param>
    /// <param name="path">Absolute path of the socket, in a folder of this user's alone.</param>
    /// <exception cref="IOException">It cannot be listened on.</exception>
    internal LastingListener(ITransport transport, string path)
    {
        _transport = transport;
        _path = path;
        _current = transport.Listen(path);
    }

    /// <inheritdoc/>
    public string Address => _current.Address;

    /// <summary>Makes the folder again, and a file in it under the next <see cref="Address"/>, if the file is gone.</summary>
    /// <returns>True when they were: what else was in the folder is gone as well.</returns>
    /// <exception cref="IOException">They cannot be made; the next call tries again.</exception>
    internal async Task<bool> EnsureAsync()
    {
        if (File.Exists(Address))
        {
            return false;
        }

        await _replacing.WaitAsync();
        try
        {
            if (File.Exists(Address))
            {
                return false;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(_path)!, PrivateMode);
            var lost = _current;
            // Under another name: a named pipe that workers are still connected to cannot be made a second time.
            _current = _transport.Listen(string.Create(CultureInfo.InvariantCulture, $"{_path}.{++_losses}"));
            await lost.DisposeAsync();
            return true;
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = _current;
            try
            {
                return await current.AcceptAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await _replacing.WaitAsync(cancellationToken);
                _replacing.Release();
                if (current == _current)
                {
                    throw;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _current.DisposeAsync();
        }
        catch (DirectoryNotFoundException)
        {
            // Its file has gone with its folder.
        }

        _replacing.Dispose();
    }
}
