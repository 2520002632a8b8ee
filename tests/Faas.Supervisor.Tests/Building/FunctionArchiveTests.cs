using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Faas.Supervisor.Building;

namespace Faas.Supervisor.Tests.Building;

public sealed class FunctionArchiveTests
{
    private const string Zip = "application/zip";
    private const string Tar = "application/x-tar";

    public static TheoryData<string> BadNames => ["../x", "a/../../x", "/etc/x", "a//x", "a/./x", "a\\x", "..", "a/\u0001", new string('n', 201), string.Join('/', Enumerable.Repeat("folder", 100))];

    [Theory]
    [InlineData("application/zip", true)]
    [InlineData("Application/X-Tar; charset=binary", true)]
    [InlineData("text/plain", false)]
    [InlineData(null, false)]
    public void IsArchive_MediaType_Tells(string? type, bool expected) => Assert.Equal(expected, FunctionArchive.IsArchive(type));

    [Theory]
    [InlineData(Zip)]
    [InlineData(Tar)]
    public void Read_PlainFiles_HasThem(string type)
    {
        var archive = Read(type, ("main.py", "1"), ("lib/", ""), ("lib/a.py", "2"), ("./b.txt", "3"));
        Assert.Equal(["b.txt", "lib/a.py", "main.py"], archive.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("2", Encoding.UTF8.GetString(archive.Files["lib/a.py"].Span));
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Read_NameThatLeadsElsewhere_IsRefused(string name) => AssertRefused(Zip, (name, "x"));

    [Fact]
    public void Read_TarWithTraversal_IsRefused() => AssertRefused(Tar, ("../x", "x"));

    [Fact]
    public void Read_SameNameTwice_IsRefused() => AssertRefused(Zip, ("a", "1"), ("a", "2"));

    [Fact]
    public void Read_FileAndFolderOfOneName_IsRefused()
    {
        AssertRefused(Zip, ("a", "1"), ("a/b", "2"));
        AssertRefused(Zip, ("a/b", "1"), ("a", "2"));
    }

    [Fact]
    public void Read_TooManyEntries_IsRefused()
    {
        Assert.Equal(FunctionArchive.MaxEntries, Read(Zip, Many(FunctionArchive.MaxEntries)).Files.Count);
        AssertRefused(Zip, Many(FunctionArchive.MaxEntries + 1));
    }

    [Fact]
    public void Read_Bomb_IsRefused() => AssertRefused(Zip, ("zeros", new string('\0', FunctionArchive.MaxBytes + 1)));

    [Theory]
    [InlineData(0xA000)] // link
    [InlineData(0x2000)] // device
    public void Read_ZipWithSomethingElse_IsRefused(int type)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("link").ExternalAttributes = type << 16;
        }

        Assert.Null(FunctionArchive.Read(Zip, stream.ToArray(), out var problem));
        Assert.NotNull(problem);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public void Read_TarWithSomethingElse_IsRefused(TarEntryType type)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, "x");
            if (type != TarEntryType.Fifo)
            {
                entry.LinkName = "/etc/passwd";
            }

            tar.WriteEntry(entry);
        }

        Assert.Null(FunctionArchive.Read(Tar, stream.ToArray(), out var problem));
        Assert.NotNull(problem);
    }

    [Theory]
    [InlineData(Zip)]
    [InlineData(Tar)]
    public void Read_SomethingElse_IsRefused(string type)
    {
        Assert.Null(FunctionArchive.Read(type, Encoding.ASCII.GetBytes(new string('?', 2000)), out var problem));
        Assert.NotNull(problem);
        Assert.Null(FunctionArchive.Read(type, default, out problem));
        Assert.NotNull(problem);
    }

    [Theory]
    [InlineData(Zip)]
    [InlineData(Tar)]
    public void Read_DamagedBytes_AreReadOrRefused(string type)
    {
        var whole = Pack(type, [("main.py", "print(1)"), ("lib/", ""), ("lib/a.py", new string('a', 700)), ("b/c/d.txt", "3")]);
        string[] numbers = ["77777777777", "99999999999", "-0000000001", "\u0080\u00ff\u00ff\u00ff", "\0\0\0\0", "\u00ff\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u007f"];
        var random = new Random(20262);
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = whole.AsSpan(0, random.Next(4) == 0 ? random.Next(whole.Length) : whole.Length).ToArray();
            for (var change = random.Next(1, 5); change > 0 && bytes.Length > 0; change--)
            {
                var at = random.Next(bytes.Length);
                if (random.Next(2) == 0)
                {
                    bytes[at] = (byte)random.Next(256);
                }
                else
                {
                    var number = Encoding.Latin1.GetBytes(numbers[random.Next(numbers.Length)]);
                    number.AsSpan(0, Math.Min(number.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                }
            }

            var archive = FunctionArchive.Read(type, bytes, out var problem);
            Assert.Equal(archive is null, problem is not null);
        }
    }

    [Fact]
    public void Read_Files_KeepTheirBytesWhateverTheirSizes()
    {
        var random = new Random(20263);
        var files = Enumerable.Range(0, 40).Select(i => ($"f{i}", new string((char)('a' + (i % 26)), i % 7 == 0 ? 5_000_000 : random.Next(100_000)))).Take(12).ToArray();
        var archive = Read(Zip, files);
        Assert.All(files, file => Assert.Equal(file.Item2, Encoding.UTF8.GetString(archive.Files[file.Item1].Span)));
    }

    [Fact]
    public void ProblemOfSource_WhatIsNoSource_IsTold()
    {
        Assert.NotNull(FunctionArchive.ProblemOfSource(Pack(Zip, [("a", "b")]), "python"));
        Assert.NotNull(FunctionArchive.ProblemOfSource(Pack(Tar, [("a", "b")]), "c"));
        Assert.NotNull(FunctionArchive.ProblemOfSource([0x1F, 0x8B, 8, 0], "js"));
        Assert.Null(FunctionArchive.ProblemOfSource("print('PK')"u8, "python"));
        Assert.Null(FunctionArchive.ProblemOfSource([], "python"));
    }

    [Theory]
    [InlineData("python", null, "main.py")]
    [InlineData("js", null, "index.js")]
    [InlineData("php", "sub/x.php", "sub/x.php")]
    [InlineData("php", null, null)]
    [InlineData("python", "missing.py", null)]
    [InlineData("c", "main.py", null)]
    [InlineData("c", null, "main.c")]
    [InlineData("c", "sub/other.c", null)]
    [InlineData("rust", null, null)]
    [InlineData("wasm", null, "main.wat")]
    [InlineData("wasm", "sub/x.php", "sub/x.php")]
    [InlineData("html", null, null)]
    public void TryFindEntry_ByNameOrConvention(string language, string? wanted, string? expected)
    {
        var archive = Read(Zip, ("main.py", "1"), ("index.js", "2"), ("index.mjs", "3"), ("sub/x.php", "4"), ("main.c", "5"), ("sub/other.c", "6"), ("main.wat", "7"));
        Assert.Equal(expected is not null, archive.TryFindEntry(language, wanted, out var entry, out var problem));
        Assert.Equal(expected is null, problem is not null);
        if (expected is not null)
        {
            Assert.Equal(expected, entry);
        }
    }

    private static (string, string)[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => ($"f{i}", "x"))];

    private static FunctionArchive Read(string type, params (string Name, string Content)[] files)
    {
        var archive = FunctionArchive.Read(type, Pack(type, files), out var problem);
        Assert.True(archive is not null, problem);
        return archive;
    }

    private static void AssertRefused(string type, params (string Name, string Content)[] files)
    {
        Assert.Null(FunctionArchive.Read(type, Pack(type, files), out var problem));
        Assert.NotNull(problem);
    }

    private static byte[] Pack(string type, (string Name, string Content)[] files)
    {
        using var stream = new MemoryStream();
        if (type == Zip)
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }
        else
        {
            using var tar = new TarWriter(stream, leaveOpen: true);
            foreach (var (name, content) in files)
            {
                var isFolder = name.EndsWith('/');
                var entry = new PaxTarEntry(isFolder ? TarEntryType.Directory : TarEntryType.RegularFile, name);
                if (!isFolder)
                {
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                }

                tar.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }
}
