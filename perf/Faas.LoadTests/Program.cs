using System.CommandLine;
using Faas.LoadTests;

var root = new RootCommand("Load tests of MiniFaas")
{
    RunCommand.Create(),
    GateSubcommand.Create(),
    HopSubcommand.Create(),
    SoakSubcommand.Create(),
    ChaosSubcommand.Create(),
    BudgetsSubcommand.Create(),
    LabSubcommand.Create(),
};

// A signal cancels the run, which then ends its servers, each with a drain of up to ten seconds. After two, the default, they would be left behind.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
