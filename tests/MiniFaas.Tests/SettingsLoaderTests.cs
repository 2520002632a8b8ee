using System.Net;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;
using MiniFaas.Settings;

namespace MiniFaas.Tests;

/// <summary>Where settings come from, which one wins, what is refused.</summary>
public sealed class SettingsLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minifaas-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_NothingSaid_GivesTheDefaults()
    {
        SupervisorOptions options = Good("");
        Assert.Equal("RR", options.Strategy);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8080), options.HttpEndpoint);
        Assert.Equal(4, options.Workers);
        Assert.Equal([new BackendShare("wasmtime", 4)], options.Backends);
        Assert.Equal(1024, options.QueueLength);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Timeout);
        Assert.Equal(128L << 20, options.MemoryBytes);
        Assert.Equal(8L << 20, options.MaxOutputBytes);
        Assert.Equal(16L << 20, options.MaxBodyBytes);
        Assert.Equal(TimeSpan.FromSeconds(10), options.DrainTimeout);
        Assert.True(Path.IsPathFullyQualified(options.DataDirectory));
        Assert.True(Path.IsPathFullyQualified(options.RuntimeDirectory));
    }

    [Fact]
    public void Load_CommandLineEnvironmentAndFile_WinInThisOrder()
    {
        string file = WriteFile("""{"workers": 5, "slots": 5, "queue": 5}""");
        SupervisorOptions options = Good($"--workers 7 --config {file}", ("MINIFAAS_WORKERS", "6"), ("MINIFAAS_SLOTS", "6"));
        Assert.Equal((7, 6, 5), (options.Workers, options.Slots, options.QueueLength));
    }

    [Fact]
    public void Load_VariableSetToNothing_CountsAsNotSet() => Assert.Equal(4, Good("", ("MINIFAAS_WORKERS", "")).Workers);

    [Fact]
    public void Load_ConfigByVariable_IsRead() => Assert.Equal(9, Good("", ("MINIFAAS_CONFIG", WriteFile("""{"slots": 9}"""))).Slots);

    [Fact]
    public void Load_EverySetting_CanComeFromEachPlace()
    {
        foreach (Setting setting in SettingCatalog.All)
        {
            string example = Example(setting);
            string other = setting.Name switch { "tls-cert" => "--tls-key k", "tls-key" => "--tls-cert c", "trusted-proxy" => "--insecure", _ => "" }; // one without the other is refused
            Good($"{setting.OptionName}={example} {other}");
            Good(other, (setting.VariableName, example));
            Good($"{other} --config {WriteFile($$"""{"{{setting.Name}}": "{{example}}"}""")}");
            Assert.NotEmpty(Load("", (setting.VariableName, "\0")).Problems);
        }
    }

    [Fact]
    public void Load_FileWithListsCountsCommentsAndCamelCase_IsUnderstood()
    {
        SupervisorOptions options = Good("--config " + WriteFile(
            """
            {
                // who runs what
                "backend": {"wasmtime": 2, "wasmer": 1},
                "weights": [3, 1.5, 1],
                "requireSandbox": true,
                "logFormat": "json",
                "timeout": null,
            }
            """));
        Assert.Equal([new BackendShare("wasmtime", 2), new BackendShare("wasmer", 1)], options.Backends);
        Assert.Equal([3, 1.5, 1], options.Weights);
        Assert.True(options.RequireSandbox);
        Assert.Equal("json", options.LogFormat);
    }

    [Fact]
    public void Load_RelativePathInTheFile_IsTakenFromItsFolder() =>
        Assert.Equal(Path.Combine(_folder, "state"), Good("--config " + WriteFile("""{"data": "state"}""")).DataDirectory);

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"workers\": 1")]
    [InlineData("{\"worker\": 1}")]
    [InlineData("{\"workers\": {}}")]
    public void Load_BadFile_NamesIt(string json)
    {
        string file = WriteFile(json);
        Assert.Contains(file, Assert.Single(Load("--config " + file).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatIsNotThere_IsAProblem() =>
        Assert.Single(Load("--config " + Path.Combine(_folder, "none.json")).Problems);

    [Theory]
    [InlineData("--workers 0")]
    [InlineData("--workers 1025")]
    [InlineData("--workers four")]
    [InlineData("--slots 0")]
    [InlineData("--queue=-1")]
    [InlineData("--timeout 30")]
    [InlineData("--timeout 2h")]
    [InlineData("--timeout 0")]
    [InlineData("--memory 128")]
    [InlineData("--memory 1KiB")]
    [InlineData("--memory 5GiB")]
    [InlineData("--max-output 0B")]
    [InlineData("--http 127.0.0.1")]
    [InlineData("--http 127.0.0.1:65536")]
    [InlineData("--http 300.0.0.1:1")]
    [InlineData("--http ::1:80")]
    [InlineData("--http example.org:80")]
    [InlineData("--strategy LIFO")]
    [InlineData("--transport tcp")]
    [InlineData("--weights 1,0,1,1")]
    [InlineData("--weights 1,x")]
    [InlineData("--weights 1,2 --workers 3")]
    [InlineData("--backend wasmtime=0")]
    [InlineData("--backend wasmtime,wasmtime")]
    [InlineData("--backend wasmtime=3,wasmer=2 --workers 4")]
    [InlineData("--backend wasmtime,wasmer --workers 1")]
    [InlineData("--backend ../evil")]
    [InlineData("--heartbeat 5s --heartbeat-timeout 1s")]
    [InlineData("--log-level loud")]
    [InlineData("--require-sandbox=maybe")]
    public void Load_BadValue_IsOneProblem(string line) => Assert.Single(Load(line).Problems);

    [Fact]
    public void Load_BadValue_NamesKeyValueRuleAndKnownValues()
    {
        string problem = Assert.Single(Load("", ("MINIFAAS_STRATEGY", "LIFO")).Problems);
        Assert.StartsWith("MINIFAAS_STRATEGY=LIFO: ", problem, StringComparison.Ordinal);
        Assert.Contains("RR, FIFO, WEIGHTED, LEAST, P2C, HASH", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SeveralBadValues_AreAllReported() => Assert.Equal(3, Load("--workers 0 --slots 0 --timeout 1").Problems.Count);

    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData(":0", "127.0.0.1:0")]
    [InlineData("9000", "127.0.0.1:9000")]
    [InlineData("*:80", "0.0.0.0:80")]
    [InlineData("[::1]:80", "[::1]:80")]
    public void Load_Address_IsUnderstood(string text, string endpoint) => Assert.Equal(IPEndPoint.Parse(endpoint), Good("--insecure --http=" + text).HttpEndpoint);

    [Theory]
    [InlineData("--http *:80", false)]
    [InlineData("--http 192.0.2.1:80", false)]
    [InlineData("--http 192.0.2.1:80 --insecure", true)]
    [InlineData("--http [::]:80 --token-file t", true)]
    [InlineData("--http 127.0.0.2:80", true)]
    [InlineData("--allow-host faas.example,localhost", true)]
    [InlineData("--allow-host http://faas.example", false)]
    [InlineData("--trusted-proxy 127.0.0.1", false)]
    [InlineData("--trusted-proxy 127.0.0.1,10.0.0.0/8,2001:db8::/32 --insecure", true)]
    [InlineData("--trusted-proxy 127.0.0.1 --token-file t --proxy-headers Forwarded", true)]
    [InlineData("--trusted-proxy nginx --insecure", false)]
    [InlineData("--trusted-proxy 1 --insecure", false)]
    [InlineData("--proxy-headers both", false)]
    public void Load_Access_BeyondLoopbackNeedsTokens(string line, bool isGood) => Assert.Equal(isGood, Load(line).IsGood);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1H", 3_600_000)]
    public void Load_Time_IsUnderstood(string text, double milliseconds) => Assert.Equal(milliseconds, Good("--timeout " + text).Timeout.TotalMilliseconds);

    [Theory]
    [InlineData("64KiB", 64 << 10)]
    [InlineData("100m", 100 << 20)]
    [InlineData("1GB", 1 << 30)]
    [InlineData("65536B", 65536)]
    public void Load_Size_IsUnderstood(string text, long bytes) => Assert.Equal(bytes, Good("--memory " + text).MemoryBytes);

    [Theory]
    [InlineData("", "wasmtime=4")]
    [InlineData("--workers 2", "wasmtime=2")]
    [InlineData("--weights 3,1", "wasmtime=2")]
    [InlineData("--backend wasmtime=3,wasmer=1", "wasmtime=3,wasmer=1")]
    [InlineData("--backend wasmtime=5,wasmer", "wasmtime=5,wasmer=1")]
    [InlineData("--backend WASMTIME,wasmer", "wasmtime=2,wasmer=2")]
    [InlineData("--backend a,b,c --workers 5", "a=2,b=2,c=1")]
    [InlineData("--backend a=1,b --workers 5", "a=1,b=4")]
    public void Load_WorkersBackendsAndWeights_FitEachOther(string line, string expected)
    {
        SupervisorOptions options = Good(line);
        Assert.Equal(expected, string.Join(',', options.Backends.Select(share => $"{share.Name}={share.Count}")));
        Assert.Equal(options.Workers, options.Backends.Sum(share => share.Count));
        Assert.Equal(options.Backends[^1].Name, options.BackendOf(options.Workers - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.BackendOf(options.Workers));
    }

    [Fact]
    public void Names_OfAllSettings_AreDifferentHoweverSpelled()
    {
        Assert.Equal(SettingCatalog.All.Count, SettingCatalog.All.Select(setting => setting.VariableName).Distinct().Count());
        Assert.All(SettingCatalog.All, setting => Assert.Same(setting, SettingCatalog.Find(setting.Name)));
        Assert.Equal("runtime-dir", SettingCatalog.Find("runtimeDir")!.Name);
        Assert.Null(SettingCatalog.Find("runtime-directory"));
    }

    [Fact]
    public void DefaultTexts_OfAllSettings_AreTheDefaults()
    {
        string defaults = Dump(Good(""));
        foreach (Setting setting in SettingCatalog.All.Where(setting => setting.DefaultText is { } text && !text.Contains(' ', StringComparison.Ordinal)))
        {
            Assert.Equal(defaults, Dump(Good($"{setting.OptionName}={setting.DefaultText}")));
        }
    }

    private static string Dump(SupervisorOptions options) => string.Join(
        '\n',
        typeof(SupervisorOptions).GetProperties().Select(property => property.GetValue(options) switch
        {
            IEnumerable<BackendShare> shares => $"{property.Name} {string.Join(',', shares)}",
            var value => $"{property.Name} {value}",
        }));

    private static string Example(Setting setting) => setting switch
    {
        { Known: [_, .., var last] } => last,
        { IsPath: true } => "/tmp/x",
        { Name: "weights" } => "1,1,1,1",
        { Name: "allow-host" or "allow-callback" } => "faas.example",
        { Name: "async-slots" } => "2",
        { Name: "rate-limit" } => "100/s",
        { Name: "trusted-proxy" } => "10.0.0.0/8",
        { Name: "max-connections" or "in-flight" } => "1024",
        { Name: "cors-origin" } => "https://app.example",
        { DefaultText: { } text } => text,
        _ => throw new InvalidOperationException($"no example for {setting.Name}"),
    };

    private static SettingsResult Load(string line, params (string Name, string Value)[] environment)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(ServerArguments.TryParse(words, out ServerArguments? arguments), $"not a plain start: {line}");
        var variables = environment.ToDictionary(pair => pair.Name, pair => pair.Value);
        return SettingsLoader.Load(arguments.Values, arguments.ConfigFile, name => variables.GetValueOrDefault(name));
    }

    private static SupervisorOptions Good(string line, params (string Name, string Value)[] environment)
    {
        SettingsResult result = Load(line, environment);
        Assert.Empty(result.Problems);
        return result.Options!;
    }

    private string WriteFile(string json)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("N") + ".json");
        File.WriteAllText(path, json);
        return path;
    }
}
