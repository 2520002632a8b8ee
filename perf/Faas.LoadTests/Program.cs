using System.CommandLine;
using Faas.Supervisor.Cli.Load;

var root = new RootCommand("Load tests of MiniFaas") { LoadCommand.Create() };
return await root.Parse(args).InvokeAsync();
