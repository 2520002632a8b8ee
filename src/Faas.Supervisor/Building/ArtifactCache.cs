using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// Files under <c>cache/</c> that can be made again, each beside an HMAC-SHA256 over its name and content. What does not
/// carry this installation's mark is never handed out: loading native code is running it. Nothing is flushed to disk;
/// what a power cut tears fails its check. Thread-safe.
/// </summary>
internal sealed class ArtifactCache
{
    private const string MarkExtension = ".mac";

    private static readonly byte[] s_purpose = "minifaas artifact 1\0"u8.ToArray();

    private readonly ConcurrentDictionary<string, FileIdentity> _verified = new(StringComparer.Ordinal);
    private readonly DataDirectory _data;
    private readonly byte[] _key;

    internal ArtifactCache(DataDirectory data)
    {
        _data = data;
        _key = InstallationKey.Load(data);
    }

    /// <summary>A file name from everything the content depends on.</summary>
    internal static string NameOf(string extension, params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            // Length first: two lists of parts never run together into the same bytes.
            var bytes = Encoding.UTF8.GetBytes(part);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) + extension;
    }

    internal string PathOf(string name) => Path.Combine(_data.Cache, name);

    /// <summary>
    /// True when this installation wrote the file and it has not changed since. The content is read once a process;
    /// after that the file's identity is compared, about a microsecond.
    /// </summary>
    internal bool Verify(string path)
    {
        var before = FileIdentity.TryGet(path);
        if (before is null)
        {
            return false;
        }

        if (_verified.TryGetValue(path, out var known) && known == before)
        {
            return true;
        }

        try
        {
            using var content = File.OpenRead(path);
            var matches = MarkMatches(path, content);
            if (matches && FileIdentity.TryGet(path) == before)
            {
                _verified[path] = before.Value;
                return true;
            }

            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Gone or unreadable is as good as not ours: it is made again.
        }
    }

    /// <summary>The content of an entry that this installation wrote, or null.</summary>
    internal byte[]? TryRead(string name)
    {
        var path = PathOf(name);
        try
        {
            var content = File.ReadAllBytes(path);
            using var stream = new MemoryStream(content, writable: false);
            return MarkMatches(path, stream) ? content : null; // The bytes that were checked are the bytes returned.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Marks a file that was made under <c>tmp/</c> and moves it into the cache.</summary>
    /// <returns>Its path there.</returns>
    internal string Add(string name, string stagedPath)
    {
        var path = PathOf(name);
        File.SetUnixFileMode(stagedPath, DataDirectory.FileMode);
        using (var content = File.OpenRead(stagedPath))
        {
            var stagedMark = stagedPath + MarkExtension;
            DurableFiles.WriteUnflushed(stagedMark, MarkOf(name, content));
            File.Move(stagedMark, path + MarkExtension, overwrite: true);
        }

        File.Move(stagedPath, path, overwrite: true);
        if (FileIdentity.TryGet(path) is { } identity)
        {
            _verified[path] = identity;
        }

        return path;
    }

    /// <summary>Removes the least recently made entries past a size. Only before workers use the cache.</summary>
    internal void Trim(long maxBytes)
    {
        var total = 0L;
        foreach (var file in new DirectoryInfo(_data.Cache).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc))
        {
            total += file.Length;
            if (total > maxBytes)
            {
                file.Delete();
            }
        }
    }

    private bool MarkMatches(string path, Stream content)
    {
        var mark = File.ReadAllBytes(path + MarkExtension);
        return CryptographicOperations.FixedTimeEquals(mark, MarkOf(Path.GetFileName(path), content));
    }

    private byte[] MarkOf(string name, Stream content)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(s_purpose);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData([0]);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = content.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        return hash.GetHashAndReset();
    }
}
