using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// A function sent as an archive of several files. Read in memory, within limits, before anything is written: names
/// stay below the function's folder, and there are no links.
/// </summary>
public sealed class FunctionArchive
{
    /// <summary>Entries, folders included.</summary>
    internal const int MaxEntries = 1000;

    /// <summary>Unpacked.</summary>
    internal const int MaxBytes = 64 << 20;

    private const int SlabBytes = 4 << 20;
    private const int MaxNameBytes = 512;
    private const int MaxSegmentBytes = 200; // ext4 and tmpfs take 255; some room for temporary names
    private const int UnixTypeMask = 0xF000;
    private const int UnixRegularFile = 0x8000;
    private const int UnixFolder = 0x4000;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    // Large ones, since many small arrays that live a while cost the collector more than the unpacking does: it copies them
    // twice with everything standing still.
    private byte[] _slab = [];
    private int _used;
    private int _entries;
    private long _bytes;

    private FunctionArchive()
    {
    }

    /// <summary>Content by relative name, with <c>/</c> between folders.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files => _files;

    /// <summary>Whether a body of this media type is an archive.</summary>
    public static bool IsArchive(string? contentType) => MediaType(contentType) is "application/zip" or "application/x-tar";

    /// <summary>Reads an archive.</summary>
    /// <returns>Null with <paramref name="problem"/> set when it cannot be taken.</returns>
    public static FunctionArchive? Read(string? contentType, ReadOnlyMemory<byte> body, out string? problem)
    {
        var archive = new FunctionArchive();
        var isZip = MediaType(contentType) == "application/zip";
        using var stream = MemoryMarshal.TryGetArray(body, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);
        try
        {
            problem = isZip ? archive.ReadZip(stream) : archive.ReadTar(stream);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Bytes of a stranger, in memory: whatever the readers make of them (an overflow, an argument out of range, …) is theirs.
            problem = $"the body is not a {(isZip ? "zip" : "tar")} archive that can be read";
        }

        problem ??= archive._files.Count == 0 ? "the archive has no files" : null;
        return problem is null ? archive : null;
    }

    /// <summary>Tells when a body that is to be source text is an archive or a compressed file, sent without its media type.</summary>
    /// <returns>Null when it is none.</returns>
    public static string? ProblemOfSource(ReadOnlySpan<byte> body, string language)
    {
        const int TarMagicAt = 257; // POSIX ustar
        return language == FunctionLanguages.Wasm ? null
            : body.StartsWith("PK\x03\x04"u8) || body.StartsWith("PK\x05\x06"u8) ? "the body is a zip archive: send it with Content-Type: application/zip"
            : body is [0x1F, 0x8B, ..] ? "the body is compressed with gzip: send the source as it is, or an archive as application/zip or application/x-tar"
            : body.Length > TarMagicAt && body[TarMagicAt..].StartsWith("ustar"u8) ? "the body is a tar archive: send it with Content-Type: application/x-tar"
            : null;
    }

    /// <summary>The file that is run: the one named, or the first that exists of those usual in the language.</summary>
    /// <param name="language">A known language; an unknown one finds nothing.</param>
    /// <param name="wanted">What the user named; null when nothing.</param>
    /// <param name="entry">Name of the file.</param>
    /// <param name="problem">Why there is none.</param>
    public bool TryFindEntry(string language, string? wanted, [NotNullWhen(true)] out string? entry, out string? problem)
    {
        string[] usual = language switch
        {
            FunctionLanguages.JavaScript => ["main.js", "index.js", "main.mjs", "index.mjs", "main.cjs", "index.cjs"],
            FunctionLanguages.Python => ["main.py", "__main__.py", "index.py"],
            FunctionLanguages.Php => ["main.php", "index.php"],
            FunctionLanguages.Wasm => ["main.wasm", "main.wat"],
            FunctionLanguages.Cpp => ["main.cpp", "main.cc", "main.cxx"],
            FunctionLanguages.Html => [],
            _ => [FunctionLanguages.SourceFileName(language)],
        };
        problem = null;
        var found = usual.FirstOrDefault(_files.ContainsKey);
        entry = wanted ?? found;
        if (usual.Length == 0)
        {
            problem = "html is one page: send it as the body";
        }
        else if (entry is null)
        {
            problem = $"the archive has none of {string.Join(", ", usual)}: name the file to run {(FunctionLanguages.IsCompiled(language) ? "so" : "with entry=")}";
        }
        else if (FunctionLanguages.IsCompiled(language) && entry != found)
        {
            problem = $"the files of the archive are compiled together, and the one with main() is {string.Join(" or ", usual)}: leave entry= away";
        }
        else if (!_files.ContainsKey(entry))
        {
            problem = $"the archive has no file '{entry}', which entry= names";
        }

        return problem is null && entry is not null;
    }

    private static string? MediaType(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant();

    private string? ReadZip(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            // Made on Unix, the upper half has the file's type; elsewhere it is 0.
            var type = (entry.ExternalAttributes >> 16) & UnixTypeMask;
            if (type is not (0 or UnixRegularFile or UnixFolder))
            {
                return NotPlain(entry.FullName);
            }

            if (entry.IsEncrypted)
            {
                return $"'{Shown(entry.FullName)}' is encrypted";
            }

            var isFolder = entry.FullName.EndsWith('/');
            using var content = isFolder ? null : entry.Open();
            if (Add(entry.FullName, content) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? ReadTar(Stream stream)
    {
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.GlobalExtendedAttributes:
                    continue;
                case TarEntryType.Directory:
                    if (Add(entry.Name.TrimEnd('/') + "/", null) is { } folderProblem)
                    {
                        return folderProblem;
                    }

                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    if (Add(entry.Name, entry.DataStream ?? Stream.Null) is { } problem)
                    {
                        return problem;
                    }

                    break;
                default:
                    return NotPlain(entry.Name);
            }
        }

        return null;
    }

    private static string NotPlain(string name) => $"'{Shown(name)}' is neither a file nor a folder: links and devices are not taken";

    private string? Add(string name, Stream? content)
    {
        if (++_entries > MaxEntries)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the archive has more than {MaxEntries} entries");
        }

        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        path = content is null ? path.TrimEnd('/') : path;
        if (path.Length == 0 && content is null)
        {
            return null; // the root itself
        }

        var segments = path.Split('/');
        if (Encoding.UTF8.GetByteCount(path) > MaxNameBytes || path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl)
            || segments.Any(segment => segment is "" or "." or ".." || Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes))
        {
            return $"'{Shown(name)}' cannot be a file's name here: names are relative, without '..' and backslashes, and not too long";
        }

        var folders = _folders.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            // A thousand deep paths have a hundred thousand beginnings, nearly all of them known.
            if (folders.Add(path.AsSpan(0, end)) && _files.ContainsKey(path[..end]))
            {
                return $"'{Shown(path[..end])}' is both a file and a folder";
            }
        }

        if (content is null)
        {
            _folders.Add(path);
            return _files.ContainsKey(path) ? $"'{Shown(path)}' is both a file and a folder" : null;
        }

        if (_folders.Contains(path))
        {
            return $"'{Shown(path)}' is both a file and a folder";
        }

        return TryCopy(content) is not { } copy ? string.Create(CultureInfo.InvariantCulture, $"the archive unpacks to more than {MaxBytes >> 20} MiB")
            : _files.TryAdd(path, copy) ? null
            : $"'{Shown(path)}' is there twice";
    }

    // Behind those before it; null when it is too much. Counted as unpacked, whatever the archive says of itself.
    private ReadOnlyMemory<byte>? TryCopy(Stream content)
    {
        var start = _used;
        while (true)
        {
            if (_used == _slab.Length)
            {
                var larger = GC.AllocateUninitializedArray<byte>(Math.Max(SlabBytes, 2 * (_used - start)));
                _slab.AsSpan(start).CopyTo(larger);
                (_slab, _used, start) = (larger, _used - start, 0);
            }

            var count = content.Read(_slab.AsSpan(_used));
            if (count == 0)
            {
                return _slab.AsMemory(start, _used - start);
            }

            _used += count;
            _bytes += count;
            if (_bytes > MaxBytes)
            {
                return null;
            }
        }
    }

    private static string Shown(string name)
    {
        var text = string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > 100 ? text[..100] + "…" : text;
    }
}
