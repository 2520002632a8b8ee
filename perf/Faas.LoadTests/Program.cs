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
// A run that is called off still has servers to end and folders to remove.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
