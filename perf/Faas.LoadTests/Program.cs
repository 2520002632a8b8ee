using System.CommandLine;
using Faas.LoadTests;
using Faas.Supervisor.Cli.Load;

var root = new RootCommand("Load tests of MiniFaas")
{
    RunCommand.Create(),
    GateSubcommand.Create(),
    HopSubcommand.Create(),
    SoakSubcommand.Create(),
    BudgetsSubcommand.Create(),
    LabSubcommand.Create(),
    LoadCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
