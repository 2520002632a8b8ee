namespace Faas.Runtimes.Tests.Native;

/// <summary>The same where bubblewrap is missing: everything works, under resource limits alone.</summary>
[Collection("interpreters")]
public sealed class BareNodeTests() : InterpreterTests(GuestLanguage.Node)
{
    protected override Dictionary<string, string> Settings => new() { ["sandbox"] = "off" };
}
