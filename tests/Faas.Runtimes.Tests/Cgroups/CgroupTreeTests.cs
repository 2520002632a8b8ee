using Faas.Cgroups;

namespace Faas.Runtimes.Tests.Cgroups;

/// <summary>What cannot be taken is left as it was. (What can is for the tests of guests in groups.)</summary>
public sealed class CgroupTreeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faas-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TryTake_NoHierarchy_SaysSo()
    {
        Assert.Null(CgroupTree.TryTake(null, out var problem));
        Assert.Contains("no cgroup v2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu io hugetlb\n", "memory, pids")]
    [InlineData("cpu memory\n", "pids")]
    [InlineData("\n", "memory, pids")]
    public void TryTake_ControllersMissing_NamesThemAndLeavesTheFolderAlone(string controllers, string missing)
    {
        File.WriteAllText(Path.Combine(_folder, "cgroup.controllers"), controllers);
        Assert.Null(CgroupTree.TryTake(_folder, out var problem));
        Assert.Contains($"the controllers {missing} are not available", problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder));
    }

    [Fact]
    public void TryTake_MovingIsRefused_LeavesTheFolderAlone()
    {
        // No real cgroup: nothing can be moved into a folder without cgroup.procs.
        File.WriteAllText(Path.Combine(_folder, "cgroup.controllers"), "memory pids\n");
        Assert.Null(CgroupTree.TryTake(_folder, out var problem));
        Assert.Contains("is not delegated", problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder));
    }
}
