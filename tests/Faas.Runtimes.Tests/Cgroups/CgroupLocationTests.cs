using Faas.Cgroups;

namespace Faas.Runtimes.Tests.Cgroups;

public sealed class CgroupLocationTests
{
    private const string Unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot";

    private const string Hybrid = """
        25 30 0:23 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:5 - tmpfs tmpfs ro,mode=755
        31 25 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        40 25 0:36 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """;

    [Theory]
    [InlineData("0::/system.slice/minifaas.service\n", Unified, "/sys/fs/cgroup/system.slice/minifaas.service")]
    [InlineData("0::/system.slice/minifaas.service/supervisor\n", Unified, "/sys/fs/cgroup/system.slice/minifaas.service/supervisor")]
    [InlineData("0::/\n", Unified, "/sys/fs/cgroup")]
    [InlineData("4:memory:/job\n0::/\n", Hybrid, "/sys/fs/cgroup/unified")]
    [InlineData("4:memory:/job\n1:name=systemd:/\n", Hybrid, null)] // not in version 2 at all
    [InlineData("0::/a\n", "31 25 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", null)]
    [InlineData("0::/docker/1a2b/x\n", @"30 23 0:26 /docker/1a2b /sys/fs/cgroup rw - cgroup2 cgroup rw", "/sys/fs/cgroup/x")] // a part of it is mounted
    [InlineData("0::/elsewhere\n", @"30 23 0:26 /docker/1a2b /sys/fs/cgroup rw - cgroup2 cgroup rw", null)]
    [InlineData("0::/a\n", @"30 23 0:26 / /mnt/my\040groups rw master:1 - cgroup2 cgroup rw", "/mnt/my groups/a")]
    [InlineData("", "", null)]
    [InlineData("0::/a\n", "- cgroup2\n30 23\n\n", null)]
    public void Find_Folder(string membership, string mounts, string? folder) => Assert.Equal(folder, CgroupLocation.Find(membership, mounts));
}
