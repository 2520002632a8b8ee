using System.Diagnostics.CodeAnalysis;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>The states by the names that the API uses.</summary>
internal static class AsyncInvocationStates
{
    private static readonly string[] s_names = ["queued", "running", "failed", "succeeded", "dead", "unknown", "cancelled"];

    public static IReadOnlyList<string> Names => s_names;

    public static string NameOf(AsyncInvocationState state) => s_names[(int)state];

    public static bool TryParse(string name, [NotNullWhen(true)] out AsyncInvocationState? state)
    {
        var index = Array.IndexOf(s_names, name);
        state = index < 0 ? null : (AsyncInvocationState)index;
        return index >= 0;
    }

    /// <summary>True when nothing more will happen by itself.</summary>
    public static bool HasEnded(AsyncInvocationState state) => state >= AsyncInvocationState.Succeeded;
}
