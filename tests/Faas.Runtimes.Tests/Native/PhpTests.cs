namespace Faas.Runtimes.Tests.Native;

[Collection("interpreters")]
public sealed class PhpTests() : InterpreterTests(GuestLanguage.Php);
