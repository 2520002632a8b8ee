using System.Text;
using System.Text.Json.Nodes;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Functions;

public sealed class FunctionStoreTests : IDisposable
{
    private const long Now = 1_760_055_556;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(Now));
    private readonly RecordingLogger _logger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder.Combine("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddAsync_FirstVersion_IsNamedByTheSecond()
    {
        using var store = Open();
        var version = await store.AddAsync(Drafts.Compiled("hello"), Token);

        Assert.Equal("hello_1760055556", version.Id);
        Assert.Equal(1, version.Version);
        Assert.Equal(Now, version.CreatedUnixSeconds);
        Assert.Equal(ModuleKind.Wasm, version.Kind);
        Assert.Equal("\0asm stands in", await File.ReadAllTextAsync(version.ModulePath!, Token));
        Assert.Equal("int main(void) { return 0; }", Encoding.UTF8.GetString(store.ReadSource(version)));
    }

    [Fact]
    public async Task AddAsync_SameSecond_TakesTheNextNumbers()
    {
        using var store = Open();
        string[] ids = [(await Add(store, "a")).Id, (await Add(store, "a")).Id, (await Add(store, "b")).Id, (await Add(store, "a")).Id];
        Assert.Equal([$"a_{Now}", $"a_{Now + 1}", $"b_{Now}", $"a_{Now + 2}"], ids);
    }

    [Fact]
    public async Task AddAsync_ClockStepsBack_NewestStaysNewest()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Now + 100));
        using (var store = FunctionStore.Open(Data, time, _logger))
        {
            await Add(store, "a");
        }

        using var later = Open();
        var newest = await Add(later, "a");
        Assert.Equal($"a_{Now + 101}", newest.Id);
        Assert.Equal(2, newest.Version);
        Assert.True(later.TryResolve("a", out var resolved));
        Assert.Same(newest, resolved);
    }

    [Fact]
    public async Task AddAsync_AfterDeleteInTheSameSecond_DoesNotReuseTheId()
    {
        using var store = Open();
        var first = await Add(store, "a");
        Assert.Single(await store.DeleteAsync("a", Token));
        var second = await Add(store, "a");
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.Handle, second.Handle);
    }

    [Fact]
    public async Task AddAsync_NameIsALiveId_IsRefused()
    {
        using var store = Open();
        var first = await Add(store, "a");
        await Assert.ThrowsAsync<FunctionNameTakenException>(() => Add(store, first.Id));
        Assert.True(store.TryResolve(first.Id, out var resolved));
        Assert.Same(first, resolved);
    }

    [Fact]
    public async Task AddAsync_IdWouldBeALiveName_TakesTheNextNumber()
    {
        using var store = Open();
        await Add(store, $"a_{Now}");
        Assert.Equal($"a_{Now + 1}", (await Add(store, "a")).Id);
    }

    [Fact]
    public async Task AddAsync_HundredAtOnce_DistinctIdsAndNewestAnswersAlsoAfterRestart()
    {
        string newest;
        using (var store = Open())
        {
            var versions = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Add(store, "hot")));
            Assert.Equal(100, versions.Select(version => version.Id).Distinct().Count());
            Assert.Equal(Enumerable.Range(1, 100), versions.OrderBy(version => version.Stamp).Select(version => version.Version));
            Assert.True(store.TryResolve("hot", out var resolved));
            Assert.Equal(100, resolved.Version);
            newest = resolved.Id;
        }

        using var again = Open();
        Assert.Equal(100, again.Count);
        Assert.True(again.TryResolve("hot", out var reread));
        Assert.Equal(newest, reread.Id);
        Assert.Equal(101, (await Add(again, "hot")).Version);
    }

    [Fact]
    public async Task Open_EverythingGiven_ComesBack()
    {
        var draft = Drafts.Compiled("full") with
        {
            Limits = new InvocationLimits(TimeSpan.FromMilliseconds(200), 64 << 20, 1 << 20),
            Backend = "wasmtime",
            Environment = [new("B", "2"), new("A", "1=é")],
            Idempotent = true,
            Concurrency = 3,
            Options = new Dictionary<string, string> { ["isolation"] = "process" },
        };
        using (var store = Open())
        {
            await store.AddAsync(draft, Token);
        }

        using var again = Open();
        var version = Assert.Single(again.List());
        Assert.Equal(draft.Limits, version.Limits);
        Assert.Equal("wasmtime", version.Backend);
        Assert.Equal(draft.Environment, version.Environment);
        Assert.True(version.Idempotent);
        Assert.Equal(3, version.Concurrency);
        Assert.Equal("process", version.Options["isolation"]);
        Assert.Equal(12, version.CompileMs);
        Assert.Equal(draft.Source.Length, version.SizeBytes);
        Assert.Equal(draft.Source.ToArray(), again.ReadSource(version));
    }

    [Fact]
    public async Task DeleteAsync_NewestId_NameMeansTheOneBefore()
    {
        using var store = Open();
        var first = await Add(store, "a");
        var second = await Add(store, "a");
        List<string> told = [];
        store.Deleted += version => told.Add(version.Id);

        Assert.Equal([second], await store.DeleteAsync(second.Id, Token));
        Assert.True(store.TryResolve("a", out var resolved));
        Assert.Same(first, resolved);
        Assert.False(store.TryResolve(second.Id, out _));
        Assert.Equal([second.Id], told);
        Assert.Empty(Directory.GetFileSystemEntries(store.Data.Temporary));
    }

    [Fact]
    public async Task DeleteAsync_WhileACallMayHaveBegun_FilesStayWhereItLooksForThem()
    {
        using var store = Open();
        var version = await Add(store, "a");
        List<string> removed = [];
        store.Removed += gone => removed.Add(gone.Id);
        await store.DeleteAsync("a", Token);

        Assert.False(store.TryResolve("a", out _));
        Assert.True(File.Exists(version.SourcePath));
        _time.Advance(version.Limits.Timeout + FunctionRemains.Margin - TimeSpan.FromTicks(1));
        Assert.True(File.Exists(version.SourcePath));
        Assert.Empty(removed);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(Directory.Exists(Path.GetDirectoryName(version.SourcePath)));
        Assert.Equal([version.Id], removed);
    }

    [Fact]
    public async Task DeleteAsync_StoreEndsBeforeTheFilesWent_NothingIsLeft()
    {
        var copy = _folder.Combine("killed");
        using (var store = Open())
        {
            await Add(store, "a");
            await store.DeleteAsync("a", Token);
            TemporaryFolder.Copy(Data, copy);
        }

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Data, "functions")));
        using var after = FunctionStore.Open(copy, _time, _logger);
        Assert.Equal(0, after.Count);
        Assert.Empty(Directory.GetFileSystemEntries(after.Data.Functions));
        Assert.False(Directory.Exists(after.Data.Damaged));
    }

    [Fact]
    public async Task DeleteAsync_Name_RemovesAllVersionsForGood()
    {
        using (var store = Open())
        {
            await Add(store, "a");
            await Add(store, "a");
            await Add(store, "ab");
            Assert.Equal(2, (await store.DeleteAsync("a", Token)).Count);
            Assert.Empty(await store.DeleteAsync("a", Token));
        }

        using var again = Open();
        Assert.Equal("ab", Assert.Single(again.List()).Name);
    }

    [Fact]
    public async Task TryResolve_ManyFunctions_DoesNotAllocate()
    {
        using var store = Open();
        var id = (await Add(store, "a")).Id;
        store.TryResolve("a", out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            store.TryResolve("a", out _);
            store.TryResolve(id, out _);
            store.TryResolve("missing", out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task AddAsync_Files_AreForTheOwnerOnly()
    {
        using var store = Open();
        await store.AddAsync(Drafts.Compiled("a"), Token);
        foreach (var entry in new DirectoryInfo(Data).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            Assert.Equal(entry is DirectoryInfo ? DataDirectory.FolderMode : DataDirectory.FileMode, entry.UnixFileMode);
        }
    }

    [Fact]
    public async Task Added_ObserverThrows_AddStillSucceeds()
    {
        using var store = Open();
        store.Added += _ => throw new InvalidOperationException("observer");
        var version = await Add(store, "a");
        Assert.True(store.TryResolve(version.Id, out _));
        Assert.Contains(_logger.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Fact]
    public async Task TryGetHtml_Html_IsTheContent()
    {
        using var store = Open();
        var draft = Drafts.Script("page", "<p>hello</p>") with { Language = FunctionLanguages.Html };
        var page = await store.AddAsync(draft, Token);
        Assert.Null(page.Kind);
        Assert.True(page.TryGetHtml(out var content));
        Assert.Equal(draft.Source.ToArray(), content.ToArray());
        Assert.False((await Add(store, "script")).TryGetHtml(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".hidden")]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData("é")]
    [InlineData("a\0")]
    public async Task AddAsync_BadName_Throws(string name)
    {
        using var store = Open();
        await Assert.ThrowsAsync<ArgumentException>(() => Add(store, name));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("gone")]
    [InlineData("other id")]
    [InlineData("other language")]
    [InlineData("newer format")]
    [InlineData("missing field")]
    [InlineData("short source")]
    [InlineData("no module")]
    public async Task Open_DamagedEntry_IsSetAsideAndTheOthersLoad(string damage)
    {
        string folder;
        using (var store = Open())
        {
            folder = Path.GetDirectoryName((await store.AddAsync(Drafts.Compiled("bad"), Token)).SourcePath)!;
            await Add(store, "good");
        }

        Damage(folder, damage);
        using (var again = Open())
        {
            Assert.Equal("good", Assert.Single(again.List()).Name);
            Assert.False(Directory.Exists(folder));
            Assert.Single(Directory.GetDirectories(again.Data.Damaged));
            Assert.Contains(_logger.Entries, entry => entry is { Level: LogLevel.Warning, EventId: 4301 });
            await Add(again, "bad");
        }
    }

    [Fact]
    public async Task Open_StrayFile_IsSetAside()
    {
        Open().Dispose();
        await File.WriteAllTextAsync(Path.Combine(Data, "functions", "stray"), "x", Token);
        using var store = Open();
        Assert.Empty(store.List());
        Assert.Empty(Directory.GetFileSystemEntries(store.Data.Functions));
    }

    [Fact]
    public void Acquire_SecondHolder_NamesThePidOfTheFirst()
    {
        using (DataDirectoryLock.Acquire(Data))
        {
            var refused = Assert.Throws<DataDirectoryLockedException>(() => DataDirectoryLock.Acquire(Data));
            Assert.Equal(Environment.ProcessId, refused.HolderProcessId);
        }

        DataDirectoryLock.Acquire(Data).Dispose();
    }

    private static void Damage(string folder, string damage)
    {
        var path = Path.Combine(folder, FunctionFolder.MetadataFileName);
        switch (damage)
        {
            case "truncated":
                using (var file = File.OpenWrite(path))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "garbage":
                File.WriteAllBytes(path, [0xff, 0, 1, 2]);
                break;
            case "null":
                File.WriteAllText(path, "null");
                break;
            case "gone":
                File.Delete(path);
                break;
            case "short source":
                File.WriteAllText(Path.Combine(folder, "main.c"), "");
                break;
            case "no module":
                File.Delete(Path.Combine(folder, FunctionFolder.ModuleFileName));
                break;
            default:
                var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
                _ = damage switch
                {
                    "other id" => json["id"] = "other_1",
                    "other language" => json["language"] = "cobol",
                    "newer format" => json["format"] = 2,
                    "missing field" => json.Remove("stamp"),
                    _ => throw new ArgumentOutOfRangeException(nameof(damage)),
                };
                File.WriteAllText(path, json.ToJsonString());
                break;
        }
    }

    private static Task<FunctionVersion> Add(FunctionStore store, string name) => store.AddAsync(Drafts.Script(name), Token);

    private FunctionStore Open() => FunctionStore.Open(Data, _time, _logger);
}
