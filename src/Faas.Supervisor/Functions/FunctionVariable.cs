namespace Faas.Supervisor.Functions;

/// <summary>One environment variable in <c>function.json</c>: a list keeps the order.</summary>
internal sealed record FunctionVariable(string Name, string Value);
