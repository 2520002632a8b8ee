using Faas.Cgroups;

namespace Faas.Runtimes.Tests.Cgroups;

/// <summary>The tests' own cgroup, where this machine delegates one: <c>systemd-run --scope -p Delegate=yes tests/…/Faas.Runtimes.Tests</c>.</summary>
internal static class DelegatedCgroup
{
    private static readonly Lazy<(CgroupTree? Tree, string Problem)> s_tree = new(() =>
    {
        var tree = CgroupTree.TryTake(CgroupLocation.OfThisProcess(), out var problem);
        return (tree, problem);
    });

    /// <summary>The folder of groups; skips the test where there is none.</summary>
    public static string Groups
    {
        get
        {
            Assert.SkipWhen(s_tree.Value.Tree is null, $"needs a delegated cgroup: {s_tree.Value.Problem}");
            return s_tree.Value.Tree!.Groups;
        }
    }
}
