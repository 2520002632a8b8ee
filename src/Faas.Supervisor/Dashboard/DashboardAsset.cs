using System.IO.Compression;
using System.Security.Cryptography;

namespace Faas.Supervisor.Dashboard;

/// <summary>One file of the page, compressed at build.</summary>
internal sealed class DashboardAsset
{
    private readonly byte[] _brotli;
    private readonly byte[] _gzip;
    private byte[]? _identity;

    public DashboardAsset(string path, byte[] brotli, byte[] gzip)
    {
        _brotli = brotli;
        _gzip = gzip;
        // Its name carries a hash of its content: whoever has it has it for ever.
        IsImmutable = path != DashboardAssets.IndexPath;
        ContentType = Path.GetExtension(path) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        EntityTag = $"\"{Convert.ToHexStringLower(SHA256.HashData(brotli).AsSpan(0, 8))}\"";
    }

    public string ContentType { get; }

    public bool IsImmutable { get; }

    /// <summary>Strong for the br form; the others append their coding's name (RFC 9110, 8.8.3.3).</summary>
    public string EntityTag { get; }

    /// <summary>The best form that the client takes.</summary>
    public (string? Coding, byte[] Bytes) Choose(string acceptEncoding) =>
        Accepts(acceptEncoding, "br") ? ("br", _brotli) : Accepts(acceptEncoding, "gzip") ? ("gzip", _gzip) : (null, Identity());

    // RFC 9110, 12.5.3, as far as clients use it: a list of codings, where q=0 refuses one.
    private static bool Accepts(string header, ReadOnlySpan<char> coding)
    {
        foreach (var range in header.AsSpan().Split(','))
        {
            var part = header.AsSpan(range).Trim();
            var semicolon = part.IndexOf(';');
            var name = semicolon < 0 ? part : part[..semicolon].TrimEnd();
            if (name.Equals(coding, StringComparison.OrdinalIgnoreCase))
            {
                return semicolon < 0 || part[(semicolon + 1)..].Trim() is not ("q=0" or "q=0.0" or "q=0.00" or "q=0.000");
            }
        }

        return false;
    }

    private byte[] Identity()
    {
        if (_identity is null)
        {
            using var plain = new MemoryStream();
            using var stream = new GZipStream(new MemoryStream(_gzip), CompressionMode.Decompress);
            stream.CopyTo(plain);
            _identity = plain.ToArray();
        }

        return _identity;
    }
}
