using System.Runtime.CompilerServices;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Tests.Functions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Supervisor.Tests;

/// <summary>
/// The test program started again as a process that does one thing until it is killed: adds functions, printing each id
/// once it is acknowledged, or runs a tool.
/// </summary>
internal static class CrashingChild
{
    internal const string Variable = "MINIFAAS_TEST_CRASHING_CHILD";

    /// <summary>Set: runs tools that sleep for so many seconds instead.</summary>
    internal const string SleepVariable = "MINIFAAS_TEST_CRASHING_CHILD_SLEEP";

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

        if (Environment.GetEnvironmentVariable(SleepVariable) is { Length: > 0 } seconds)
        {
            RunTool(data, seconds);
        }
        else
        {
            AddFunctions(data);
        }

        Environment.Exit(0);
    }

    private static void RunTool(string data, string seconds)
    {
        var folder = DataDirectory.Create(data);
        using var runner = new ToolRunner(folder, ToolSearch.FromEnvironment(), TimeProvider.System, NullLogger.Instance);
        var command = new ToolCommand { Executable = "/bin/sh", Arguments = ["-c", $"sleep {seconds} & sleep {seconds}"], Folder = folder.CreateTemporaryFolder("tool") };
#pragma warning disable xUnit1031 // Not a test.
        runner.RunAsync(command, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore xUnit1031
    }

    private static void AddFunctions(string data)
    {
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
    }
}
