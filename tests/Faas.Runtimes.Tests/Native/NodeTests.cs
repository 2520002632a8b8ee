namespace Faas.Runtimes.Tests.Native;

[Collection("interpreters")]
public sealed class NodeTests() : InterpreterTests(GuestLanguage.Node);
