using Faas.Supervisor.Functions;

namespace Faas.Supervisor.FunctionLogs;

/// <summary>
/// One function's log on disk: two files that are only appended to. When the newer one is full it takes the older one's
/// place. Not thread-safe.
/// </summary>
internal sealed class LogRing : IDisposable
{
    private const string NewerName = "current.jsonl";
    private const string OlderName = "previous.jsonl";

    private readonly string _folder;
    private readonly long _segmentBytes;
    private FileStream? _newer;

    /// <param name="folder">Of this function; created at the first line.</param>
    /// <param name="segmentBytes">Size of each of the two files.</param>
    public LogRing(string folder, long segmentBytes)
    {
        _folder = folder;
        _segmentBytes = segmentBytes;
    }

    /// <summary>Appends whole lines, each with its end. They survive the end of this process, not a power cut.</summary>
    public void Append(ReadOnlySpan<byte> lines)
    {
        _newer ??= Open();
        if (_newer.Length > 0 && _newer.Length + lines.Length > _segmentBytes)
        {
            _newer.Dispose();
            _newer = null;
            File.Move(Path.Combine(_folder, NewerName), Path.Combine(_folder, OlderName), overwrite: true);
            _newer = Open();
        }

        _newer.Write(lines);
        _newer.Flush();
    }

    /// <summary>The last lines of a folder's log, oldest first. A line that a crash tore is left out.</summary>
    public static List<byte[]> ReadTail(string folder, int maxLines)
    {
        var lines = new LinkedList<byte[]>();
        foreach (string name in (string[])[NewerName, OlderName])
        {
            var path = Path.Combine(folder, name);
            byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
            int end = bytes.Length;
            while (end > 0 && lines.Count < maxLines)
            {
                int begin = bytes.AsSpan(0, end - 1).LastIndexOf((byte)'\n') + 1;
                if (bytes.AsSpan(begin, end - begin) is [(byte)'{', .., (byte)'}', (byte)'\n'])
                {
                    lines.AddFirst(bytes[begin..(end - 1)]);
                }

                end = begin;
            }
        }

        return [.. lines];
    }

    public void Dispose() => _newer?.Dispose();

    private FileStream Open()
    {
        Directory.CreateDirectory(_folder, DataDirectory.FolderMode);
        var file = new FileStream(
            Path.Combine(_folder, NewerName),
            new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.Read | FileShare.Delete,
                UnixCreateMode = DataDirectory.FileMode,
                BufferSize = 0,
            });
        if (file.Length > 0)
        {
            // Ends a line that a crash tore; an empty line is none.
            file.Write("\n"u8);
        }

        return file;
    }
}
