namespace Faas.Supervisor.Functions;

/// <summary>The name of a draft is the id of a deployed version, which would become unreachable.</summary>
public sealed class FunctionNameTakenException(string name)
    : InvalidOperationException($"'{name}' is the id of a deployed function: choose another name");
