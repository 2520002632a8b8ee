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
return await root.Parse(args).InvokeAsync();
