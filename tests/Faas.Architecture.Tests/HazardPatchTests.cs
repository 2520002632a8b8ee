namespace Faas.Architecture.Tests;

/// <summary>
/// Each fault that the simulation is asked to find again is a patch of the source (docs/SIMULATION.md). One that no longer fits shows nothing, and
/// nobody would notice before trying it.
/// </summary>
public sealed class HazardPatchTests
{
    private static readonly string s_root = FindRoot();

    public static TheoryData<string> Patches =>
        [.. Directory.GetFiles(Path.Combine(s_root, "tests/Faas.Simulation.Tests/Hazards"), "*.patch").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Patches))]
    public void Hunks_OfEveryPatch_AreInTheSource(string patch)
    {
        string source = "";
        List<string> before = [];
        var hunks = 0;
        foreach (var line in File.ReadLines(Path.Combine(s_root, "tests/Faas.Simulation.Tests/Hazards", patch)).Append("@@"))
        {
            if (line.StartsWith("--- a/", StringComparison.Ordinal))
            {
                CheckHunk();
                source = File.ReadAllText(Path.Combine(s_root, line["--- a/".Length..]));
            }
            else if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                CheckHunk();
            }
            else if (source.Length > 0 && line is [' ' or '-', ..] && !line.StartsWith("---", StringComparison.Ordinal))
            {
                before.Add(line[1..]);
            }
        }

        Assert.NotEqual(0, hunks);

        void CheckHunk()
        {
            if (before.Count > 0)
            {
                hunks++;
                Assert.Contains(string.Join('\n', before), source, StringComparison.Ordinal);
                before.Clear();
            }
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MiniFaas.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run below the repository");
        }

        return folder;
    }
}
