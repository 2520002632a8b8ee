using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;

namespace Faas.Supervisor.Tests.Hosting;

public sealed class DefaultDirectoriesTests
{
    [Fact]
    public void Data_WithAndWithoutTheVariable_IsAsDocumented()
    {
        Assert.Equal("/x/minifaas", DefaultDirectories.Data(_ => "/x"));
        Assert.Equal(Path.GetFullPath(".minifaas"), DefaultDirectories.Data(_ => null));
        Assert.Equal(Path.GetFullPath(".minifaas"), DefaultDirectories.Data(_ => "relative"));
    }

    [Fact]
    public void Runtime_WithAndWithoutTheVariable_IsAsDocumented()
    {
        Assert.Equal("/run/user/7/minifaas", DefaultDirectories.Runtime(_ => "/run/user/7"));
        Assert.StartsWith("/tmp/minifaas-", DefaultDirectories.Runtime(_ => null), StringComparison.Ordinal);
    }
}
