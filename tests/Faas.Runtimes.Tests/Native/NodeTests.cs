using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

[Collection("interpreters")]
public sealed class NodeTests() : InterpreterTests(GuestLanguage.Node)
{
    [Theory]
    [InlineData("require('http')")]
    [InlineData("require('node:zlib').Gzip.prototype")]
    [InlineData("process.getBuiltinModule?.('os') ?? require('os')")]
    [InlineData("Buffer.prototype")]
    [InlineData("Object.getPrototypeOf(process)")]
    public void Invoke_ScriptThatChangesWhatScriptsShare_IsTheOnlyOneToSeeIt(string shared)
    {
        var module = Load($"const shared = {shared}; console.log(shared.mark ?? 'clean'); shared.mark = 'changed';");
        for (var i = 0; i < 3; i++)
        {
            var invocation = new InMemoryInvocation(limits: Patient);
            module.Invoke(invocation);
            Assert.Equal("clean\n", invocation.OutputText);
        }
    }

    [Fact]
    public void Invoke_ScriptThatWaitsForWorkOfNodesThreads_GoesOn() => Assert.Equal("64 true\n", Run("""
        require('crypto').pbkdf2('a', 'b', 1000, 64, 'sha256', (_, key) => {
          require('zlib').gzip('text', (_, bytes) => console.log(key.length, bytes.length > 0));
        });
        """).OutputText);
}
