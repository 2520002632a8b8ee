using Faas.Supervisor.Access;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Tests.Access;

public sealed class TokenTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_Line_IsReadBackAndFindsItsTokenOnly()
    {
        var (secret, entry) = AccessToken.Create("ci", AccessScopes.Invoke | AccessScopes.Deploy);
        var (other, _) = AccessToken.Create("ci", AccessScopes.Invoke);
        var table = Load("# people", "", $"{entry}", $"  {AccessToken.Create("root", AccessScopes.Admin).Entry}  ");

        var found = table.Find(secret);
        Assert.NotNull(found);
        Assert.Equal(("ci", AccessScopes.Invoke | AccessScopes.Deploy), (found.Name, found.Scopes));
        Assert.Null(table.Find(other));
        Assert.Null(table.Find(""));
        Assert.Null(table.Find(secret.AsSpan(0, secret.Length - 1)));
        Assert.Null(table.Find(new string('x', 10_000)));
        Assert.DoesNotContain(secret, entry.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ci invoke")]
    [InlineData("ci invoke 0000")]
    [InlineData("ci invoke sha256:00")]
    [InlineData("ci invoke sha256:zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ci everything sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ci invoke, sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("# nothing")]
    [InlineData("a invoke sha256:0000000000000000000000000000000000000000000000000000000000000000\na admin sha256:0000000000000000000000000000000000000000000000000000000000000001")]
    public void Load_WrongFile_RefusesToStart(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<StartupFailureException>(() => Load(text)).Code);

    [Fact]
    public void Load_MissingFile_RefusesToStart() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<StartupFailureException>(() => TokenTable.Load(_folder.Combine("none"))).Code);

    [Theory]
    [InlineData("invoke", "invoke", true)]
    [InlineData("invoke", "deploy", false)]
    [InlineData("deploy", "invoke", false)]
    [InlineData("admin", "deploy", true)]
    [InlineData("invoke,deploy", "admin", false)]
    [InlineData("metrics", "metrics", true)]
    [InlineData("metrics", "deploy", false)]
    [InlineData("deploy", "metrics", false)]
    public void Allows_OwnScopesAndAdminAll(string has, string needs, bool expected)
    {
        Assert.True(AccessToken.TryParseScopes(has, out var scopes));
        Assert.True(AccessToken.TryParseScopes(needs, out var needed));
        Assert.Equal(expected, new AccessToken("x", scopes, []).Allows(needed));
    }

    private TokenTable Load(params string[] lines)
    {
        File.WriteAllLines(_folder.Combine("tokens"), lines);
        return TokenTable.Load(_folder.Combine("tokens"));
    }
}
