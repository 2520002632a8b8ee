namespace Faas.Runtimes.Tests.Native;

[Collection("interpreters")]
public sealed class PythonTests() : InterpreterTests(GuestLanguage.Python);
