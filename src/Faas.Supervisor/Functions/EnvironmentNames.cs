namespace Faas.Supervisor.Functions;

/// <summary>Which names a deployer may give to variables of a function.</summary>
internal static class EnvironmentNames
{
    // FAAS_FUNCTION, FAAS_ID, FAAS_INVOCATION, and what may come: a program must be able to believe them.
    private const string OwnPrefix = "FAAS_";

    /// <returns>Null, or what is wrong with it.</returns>
    /// <param name="name">Of a variable or a secret.</param>
    /// <param name="value">Its value, where it is known.</param>
    public static string? Check(string name, string? value = null) =>
        name.StartsWith(OwnPrefix, StringComparison.Ordinal)
            ? $"'{name}' cannot be set: names that begin with {OwnPrefix} are the server's"
            : name.Contains('\0', StringComparison.Ordinal) || value?.Contains('\0', StringComparison.Ordinal) == true
                ? "a variable has no zero bytes, neither in its name nor in its value"
                : null;
}
