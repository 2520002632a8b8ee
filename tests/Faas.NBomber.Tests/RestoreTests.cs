using System.Text.Json;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.NBomber.Tests;

/// <summary>What the program is made of, and what happens where no feed has NBomber.</summary>
public sealed class RestoreTests(BenchCopy bench)
{
    /// <summary>As project references name them: by assembly.</summary>
    private static readonly string[] s_own = ["Faas.PerfCompare", "Faas.Scenarios", "faas-baselines"];

    [Fact]
    public void References_OfTheProgram_AreNBomberItsOwnPackagesAndNoneOfTheSupervisor()
    {
        Assert.True(bench.Built.ExitCode == 0, bench.Built.Output);
        using var assets = JsonDocument.Parse(bench.Assets);
        var target = Assert.Single(assets.RootElement.GetProperty("targets").EnumerateObject(), entry => entry.Name == "net10.0").Value;
        var libraries = target.EnumerateObject()
            .Select(entry => (Name: entry.Name.Split('/')[0], Version: entry.Name.Split('/')[1], Kind: entry.Value.GetProperty("type").GetString(), Value: entry.Value))
            .ToDictionary(library => library.Name);

        Assert.Equal(s_own, libraries.Values.Where(library => library.Kind == "project").Select(library => library.Name).Order(StringComparer.Ordinal));
        Assert.All(libraries.Values.Where(library => library.Kind == "project"), project =>
            Assert.All(DependenciesOf(project.Value), dependency => Assert.Contains(dependency, s_own)));

        // Everything else is NBomber or came with it, in the version it was built against.
        var reached = new HashSet<string> { "NBomber" };
        var next = new Stack<string>(reached);
        while (next.TryPop(out var name))
        {
            foreach (var dependency in DependenciesOf(libraries[name].Value).Where(dependency => libraries.ContainsKey(dependency) && reached.Add(dependency)))
            {
                next.Push(dependency);
            }
        }

        Assert.Equal(reached.Order(StringComparer.Ordinal), libraries.Values.Where(library => library.Kind == "package").Select(library => library.Name).Order(StringComparer.Ordinal));
        Assert.Equal("4.1.2", libraries["NBomber"].Version);
        Assert.Equal("0.45.0", libraries["Spectre.Console"].Version);
    }

    [Theory]
    [InlineData("NU1603", StubFeed.OnlyNewer)]
    [InlineData("NU1605", StubFeed.Downgraded)]
    public void Restore_FeedWithOtherVersionsOfWhatNBomberNeeds_WarnsAndGoesOn(string warning, string package)
    {
        Assert.True(bench.Built.ExitCode == 0, bench.Built.Output);
        using var assets = JsonDocument.Parse(bench.Assets);
        Assert.Contains(assets.RootElement.GetProperty("logs").EnumerateArray(), log =>
            log.GetProperty("code").GetString() == warning
            && log.GetProperty("level").GetString() == "Warning"
            && log.GetProperty("libraryId").GetString() == package);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("5.0.0")]
    public async Task Restore_NoFeedWithThisNBomber_SaysInOneSentenceWhatToDo(string? otherVersion)
    {
        var folder = Directory.CreateDirectory(Path.Combine(bench.Folder, "without-" + otherVersion)).FullName;
        var config = StubFeed.Write(folder, otherVersion is null ? [] : [new StubPackage("NBomber", otherVersion)]);
        var (exitCode, output) = await bench.BenchAsync(config, "--only", "hello");
        Assert.Equal(1, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.Contains("restoring", StringComparison.Ordinal));
        Assert.Contains("dotnet nuget add source", line, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultBuilds_NameNBomberNowhere()
    {
        string[] folders = ["src", "perf", "tests"];
        var projects = folders.SelectMany(folder => Directory.GetDirectories(Path.Combine(RepositoryLayout.Root, folder)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).ToArray();
        var referring = projects.Where(file => Regex.IsMatch(File.ReadAllText(file), "PackageReference[^>]*\"NBomber")).Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(["Faas.NBomber"], referring);
        Assert.All(projects.Append(Path.Combine(RepositoryLayout.Root, "MiniFaas.sln")), file => Assert.DoesNotContain("Faas.NBomber.csproj", File.ReadAllText(file), StringComparison.Ordinal));
    }

    private static IEnumerable<string> DependenciesOf(JsonElement library)
        => library.TryGetProperty("dependencies", out var dependencies) ? dependencies.EnumerateObject().Select(entry => entry.Name) : [];
}
