using System.Globalization;

namespace Faas.Cgroups;

/// <summary>
/// The part of the cgroup hierarchy that belongs to one supervisor: itself and its workers in a leaf, and beside it a
/// folder with a group for each guest (cgroup-v2.rst: no processes in inner nodes; one writer of a delegated tree).
/// </summary>
internal sealed class CgroupTree : IDisposable
{
    /// <summary>The leaf with the supervisor and its workers: systemd makes it when the unit says <c>DelegateSubgroup=supervisor</c>.</summary>
    internal const string Leaf = "supervisor";

    private const string GroupsName = "guests";

    private static readonly string[] s_needed = ["memory", "pids"];

    private CgroupTree(string groups) => Groups = groups;

    /// <summary>The folder where groups of guests are made.</summary>
    internal string Groups { get; }

    /// <summary>Takes the cgroup that this process is in, if it is given to us; else leaves everything as it was.</summary>
    /// <param name="own">Folder of this process's cgroup.</param>
    /// <param name="problem">Why not.</param>
    internal static CgroupTree? TryTake(string? own, out string problem)
    {
        problem = "there is no cgroup v2 hierarchy";
        if (own is null)
        {
            return null;
        }

        var isInLeaf = Path.GetFileName(own) == Leaf;
        var root = isInLeaf ? Path.GetDirectoryName(own)! : own;
        var leaf = Path.Combine(root, Leaf);
        var hasMoved = false;
        try
        {
            var controllers = File.ReadAllText(Path.Combine(root, "cgroup.controllers")).Split(' ', StringSplitOptions.TrimEntries);
            if (s_needed.Except(controllers).ToArray() is { Length: > 0 } missing)
            {
                problem = $"the controllers {string.Join(", ", missing)} are not available in {root}";
                return null;
            }

            if (!isInLeaf)
            {
                Directory.CreateDirectory(leaf);
                MoveSelfTo(leaf);
                hasMoved = true;
            }

            var groups = Path.Combine(root, GroupsName);
            Delegate(root);
            Directory.CreateDirectory(groups);
            Delegate(groups);
            var tree = new CgroupTree(groups);
            tree.Sweep();
            return tree;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // EBUSY: other processes are in it. EACCES, EROFS: it is not ours.
            problem = $"{root} is not delegated to this process: {exception.Message}";
            Undo(root, leaf, isInLeaf, hasMoved);
            return null;
        }
    }

    /// <summary>Ends what processes that are gone have left: a supervisor's guests of an earlier run, a killed worker's.</summary>
    internal void Sweep()
    {
        foreach (var folder in Directory.GetDirectories(Groups))
        {
            var owner = Path.GetFileName(folder).Split('-')[0];
            if (!Directory.Exists("/proc/" + owner))
            {
                Cgroup.End(folder);
            }
        }
    }

    /// <summary>After the workers have ended.</summary>
    public void Dispose()
    {
        Sweep();
        Cgroup.TryRemove(Groups); // not while another supervisor of the same leaf has groups there
    }

    private static void MoveSelfTo(string folder) =>
        Cgroup.Write(folder, "cgroup.procs", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    private static void Delegate(string folder) =>
        Cgroup.Write(folder, "cgroup.subtree_control", string.Join(' ', s_needed.Select(controller => "+" + controller)));

    private static void Undo(string root, string leaf, bool isInLeaf, bool hasMoved)
    {
        try
        {
            if (hasMoved)
            {
                MoveSelfTo(root);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return; // the leaf is as good a place
        }

        if (!isInLeaf)
        {
            Cgroup.TryRemove(leaf);
        }
    }
}
