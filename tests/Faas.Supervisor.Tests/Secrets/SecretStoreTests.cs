using Faas.Supervisor.Functions;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Tests.Functions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests.Secrets;

public sealed class SecretStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Set_FileIsOfTheUserAlone_AndAReopenedStoreKnowsIt()
    {
        var data = DataDirectory.Create(_folder.Combine("data"));
        var store = SecretStore.Open(data);
        store.Set("KEY", "first");
        store.Set("KEY", "second\n");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data.Secrets, "KEY")));
        Assert.Empty(Directory.GetFileSystemEntries(data.Temporary));

        var again = SecretStore.Open(data);
        Assert.Equal(["KEY"], again.Names);
        Assert.Equal("second\n", File.ReadAllText(Path.Combine(data.Secrets, "KEY")));
        Assert.True(again.Delete("KEY"));
        Assert.False(again.Delete("KEY"));
        Assert.Empty(Directory.GetFileSystemEntries(data.Secrets));
    }

    [Fact]
    public async Task EnvironmentOf_OnlyWhatTheFunctionAskedFor_AndOldValuesStayHidden()
    {
        using var functions = FunctionStore.Open(_folder.Combine("data"), TimeProvider.System, NullLogger.Instance);
        var store = SecretStore.Open(functions.Data);
        store.Set("ONE", "old value");
        store.Set("TWO", "other");
        var function = await functions.AddAsync(Drafts.Script("f") with { Secrets = ["ONE", "GONE"] }, TestContext.Current.CancellationToken);
        store.Set("ONE", "new value");
        Assert.Equal(["ONE=new value"], store.EnvironmentOf(function));
        Assert.Equal(["new value", "old value"], store.HiddenFor(function));
    }

    [Theory]
    [InlineData("KEY", true)]
    [InlineData("_k9", true)]
    [InlineData("9k", false)]
    [InlineData("a-b", false)]
    [InlineData("../x", false)]
    [InlineData("", false)]
    public void IsName_VariablesOnly(string name, bool isGood) => Assert.Equal(isGood, SecretStore.IsName(name));
}
