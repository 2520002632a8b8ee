using Faas.Scenarios;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>One of <see cref="Soak.SoakFunctions"/>, with its number.</summary>
internal readonly record struct InterpretedFunction(FunctionSource Source, int Number);
