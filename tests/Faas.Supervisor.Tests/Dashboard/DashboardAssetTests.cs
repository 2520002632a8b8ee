using System.IO.Compression;
using Faas.Supervisor.Dashboard;

namespace Faas.Supervisor.Tests.Dashboard;

public sealed class DashboardAssetTests
{
    private static readonly byte[] s_content = "body{}"u8.ToArray();

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("BR;q=0.5", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("gzip;q=1.0", "gzip")]
    [InlineData("br; q=0", null)]
    [InlineData("brotli, xgzip", null)]
    [InlineData("", null)]
    public void Choose_ByAcceptEncoding(string header, string? expected)
    {
        var (coding, bytes) = Create("assets/style-ABC.css").Choose(header);
        Assert.Equal(expected, coding);
        using Stream stream = coding switch
        {
            "br" => new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
            _ => new MemoryStream(bytes),
        };
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        Assert.Equal(s_content, plain.ToArray());
    }

    [Fact]
    public void OnlyTheIndex_ChangesUnderItsName()
    {
        Assert.True(Create("assets/style-ABC.css").IsImmutable);
        Assert.False(Create(DashboardAssets.IndexPath).IsImmutable);
    }

    private static DashboardAsset Create(string path)
    {
        using var brotli = new MemoryStream();
        using (var stream = new BrotliStream(brotli, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(s_content);
        }

        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(s_content);
        }

        return new DashboardAsset(path, brotli.ToArray(), gzip.ToArray());
    }
}
