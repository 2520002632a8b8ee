using Faas.Supervisor.Building;

namespace Faas.Supervisor.Tests.Building;

public sealed class CompilerCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trim_OverTheBound_RemovesWhatWasUnusedForLongest()
    {
        string[] files = [Add("00/old", 3), Add("01/older", 4), Add("02/new", 0)];
        new CompilerCache(_folder.Path, TimeProvider.System, _logger).Trim(maxBytes: 200, TimeSpan.Zero);
        Assert.Equal([true, false, true], files.Select(File.Exists));
    }

    [Fact]
    public void Trim_InUse_KeepsTheYoung()
    {
        string[] files = [Add("00/a", 3), Add("00/b", 1), Add("00/c", 0)];
        new CompilerCache(_folder.Path, TimeProvider.System, _logger).Trim(maxBytes: 0, TimeSpan.FromHours(2));
        Assert.Equal([false, true, true], files.Select(File.Exists));
    }

    [Fact]
    public void Trim_NoFolder_IsNothingToDo() => new CompilerCache(_folder.Combine("none"), TimeProvider.System, _logger).TrimAtStart();

    private string Add(string name, int hoursOld)
    {
        var path = _folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[100]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-hoursOld));
        return path;
    }
}
