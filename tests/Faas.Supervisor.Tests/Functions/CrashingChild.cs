using System.Runtime.CompilerServices;
using Faas.Supervisor.Functions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests.Functions;

/// <summary>The test program started again as a process that adds functions until it is killed; prints each id once it is acknowledged.</summary>
internal static class CrashingChild
{
    internal const string Variable = "MINIFAAS_TEST_CRASHING_CHILD";

    // Far beyond what a round needs: the child ends by itself if its parent is gone.
    private const int MaxFunctions = 20_000;

#pragma warning disable CA2255 // Deliberate: the entry point belongs to the test runner.
    [ModuleInitializer]
    internal static void Run()
#pragma warning restore CA2255
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } data)
        {
            return;
        }

        using var output = Console.OpenStandardOutput();
        using var writer = new StreamWriter(output) { AutoFlush = true };
        using var store = FunctionStore.Open(data, TimeProvider.System, NullLogger.Instance);
        // No thread of our own: code of this module would wait for this initializer to end.
        var adding = new Task<FunctionVersion>[4];
        for (var i = 0; i < MaxFunctions; i += adding.Length)
        {
            for (var adder = 0; adder < adding.Length; adder++)
            {
                adding[adder] = store.AddAsync(Drafts.Compiled($"f{adder}"), CancellationToken.None);
            }

            foreach (var add in adding)
            {
#pragma warning disable xUnit1031 // Not a test.
                writer.Write(add.GetAwaiter().GetResult().Id + "\n");
#pragma warning restore xUnit1031
            }
        }

        Environment.Exit(0);
    }
}
