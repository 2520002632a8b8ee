using MiniFaas.Client;

namespace MiniFaas.Tests.Client;

public sealed class ServerChoiceTests
{
    private static readonly Uri s_option = new("http://127.0.0.1:1");

    private readonly Dictionary<string, string> _environment = [];

    private readonly ProfileBook _book = new()
    {
        Current = "used",
        Profiles = { ["used"] = new(new("http://127.0.0.1:2"), "used's"), ["other"] = new(new("http://127.0.0.1:3"), Token: null) },
    };

    [Fact]
    public void Option_WinsOverEverything_AndGetsNoProfilesToken()
    {
        _environment["MINIFAAS_SERVER"] = "http://127.0.0.1:4";
        Assert.Equal(new ServerChoice(s_option, Token: null), Make(server: s_option));
    }

    [Fact]
    public void NamedProfile_WinsOverTheEnvironment()
    {
        _environment["MINIFAAS_SERVER"] = "http://127.0.0.1:4";
        _environment["MINIFAAS_TOKEN"] = "variable";
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:2"), "used's"), Make(profile: "used"));
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:3"), "variable"), Make(profile: "other"));
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:2"), "option"), Make(profile: "used", token: "option"));
    }

    [Fact]
    public void Environment_WinsOverTheProfileInUse_AndGetsNoProfilesToken()
    {
        _environment["MINIFAAS_SERVER"] = "http://127.0.0.1:4";
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:4"), Token: null), Make());
    }

    [Fact]
    public void ProfileInUse_IsTakenWhenNothingElseIsSaid()
    {
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:2"), "used's"), Make());
        _environment["MINIFAAS_PROFILE"] = "other";
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:3"), Token: null), Make());
    }

    [Fact]
    public void Nothing_IsTheUsualAddress()
    {
        _book.Current = null;
        Assert.Equal(new ServerChoice(new("http://127.0.0.1:8080"), Token: null), Make());
    }

    [Fact]
    public void UnknownProfile_AndTwoServers_AreProblems()
    {
        Assert.Null(ServerChoice.Make(null, "nobody", null, _environment.GetValueOrDefault, () => _book, out var problem));
        Assert.Contains("other, used", problem, StringComparison.Ordinal);
        Assert.Null(ServerChoice.Make(s_option, "used", null, _environment.GetValueOrDefault, () => _book, out problem));
        Assert.NotEmpty(problem);
    }

    private ServerChoice? Make(Uri? server = null, string? profile = null, string? token = null) =>
        ServerChoice.Make(server, profile, token, _environment.GetValueOrDefault, () => _book, out _);
}
