namespace Faas.Architecture.Tests;

/// <summary>The folders of the supervisor: a folder that uses another is not used by it, directly or by way of others.</summary>
public sealed class FolderTests
{
    private const string Room = "Faas.Supervisor.";

    [Fact]
    public void Supervisor_ItsFolders_UseEachOtherInNoCircle()
    {
        var uses = Uses();
        var known = new HashSet<string>();
        AssertNone(uses.Keys.SelectMany(folder => CircleFrom(folder, [], uses, known)));
    }

    /// <summary>What everything hangs on must not hang on what hangs on it.</summary>
    [Fact]
    public void Invocations_OfTheSupervisor_UsesWhatIsBelowIt()
    {
        string[] below = ["Errors", "Functions", "Scheduling", "Secrets"];
        Assert.Empty(Uses()["Invocations"].Keys.Except(below));
    }

    private static void AssertNone(IEnumerable<string> offenders) => ArrowTests.AssertNone(offenders);

    // Folder → folder that it uses → one place where it does.
    private static Dictionary<string, Dictionary<string, string>> Uses()
    {
        var uses = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var type in Rooms.ByName["Faas.Supervisor"].Types)
        {
            if (FolderOf(type.Namespace) is not { } folder)
            {
                continue;
            }

            if (!uses.TryGetValue(folder, out var used))
            {
                uses[folder] = used = new Dictionary<string, string>(StringComparer.Ordinal);
            }

            foreach (var use in type.Uses)
            {
                if (FolderOf(AssemblyMetadata.NamespaceOf(use)) is { } other && other != folder)
                {
                    used.TryAdd(other, $"{type.FullName} uses {use}");
                }
            }
        }

        return uses;
    }

    private static IEnumerable<string> CircleFrom(
        string folder, List<string> way, Dictionary<string, Dictionary<string, string>> uses, HashSet<string> known)
    {
        if (way.IndexOf(folder) is >= 0 and var start)
        {
            var circle = way[start..].Append(folder).ToList();
            yield return string.Join(" → ", circle) + ": " + string.Join("; ", circle.Zip(circle.Skip(1), (from, to) => uses[from][to]));
            yield break;
        }

        if (!known.Add(folder) || !uses.TryGetValue(folder, out var used))
        {
            yield break;
        }

        way.Add(folder);
        foreach (var other in used.Keys.Order(StringComparer.Ordinal))
        {
            foreach (var found in CircleFrom(other, way, uses, known))
            {
                yield return found;
            }
        }

        way.Remove(folder);
    }

    private static string? FolderOf(string space) =>
        space.StartsWith(Room, StringComparison.Ordinal) ? space[Room.Length..].Split('.')[0] : null;
}
