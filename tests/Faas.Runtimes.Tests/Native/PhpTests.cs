using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

[Collection("interpreters")]
public sealed class PhpTests() : InterpreterTests(GuestLanguage.Php)
{
    [Fact]
    public void Invoke_ScriptWithWorkAtItsEnd_DoesItAllInPhpsOrder()
    {
        var module = Load("""
            <?php
            final class Chain
            {
                private Chain $self; // a cycle: destroyed at the end only
                public function __construct(private int $n) { $this->self = $this; }
                public function __destruct() { echo "destructor {$this->n}\n"; if ($this->n < 3) { new Chain($this->n + 1); } }
            }
            register_shutdown_function(function () {
                echo "shutdown\n";
                register_shutdown_function(function () { echo "last shutdown\n"; });
            });
            ob_start(fn (string $text) => strtoupper($text));
            new Chain(1);
            $kept = new Chain(3);
            echo "script\n";
            exit(7);
            """);
        var invocation = new InMemoryInvocation(limits: Patient);
        var result = module.Invoke(invocation);
        // What `php FILE` prints, and its exit code.
        Assert.Equal("SCRIPT\nSHUTDOWN\nLAST SHUTDOWN\nDESTRUCTOR 1\nDESTRUCTOR 3\nDESTRUCTOR 2\nDESTRUCTOR 3\n", invocation.OutputText);
        Assert.Equal((InvocationStatus.FunctionFailed, 7), (result.Status, result.ExitCode));
    }

    [Theory]
    [InlineData("$kept = popen('sleep 0.2; echo late', 'w');", "late\n")]
    [InlineData("$kept = fopen('compress.zlib:///tmp/z', 'w'); fwrite($kept, 'text'); register_shutdown_function(function () { echo 'end'; });", "end")]
    [InlineData("if (pcntl_fork() === 0) { echo 'child '; exit(3); } pcntl_wait($s); echo pcntl_wexitstatus($s);", "child 3")]
    public void Invoke_ScriptThatLeavesThingsOpen_EndsAsPhpDoes(string script, string expected) => Assert.Equal(expected, Run("<?php " + script).OutputText);
}
