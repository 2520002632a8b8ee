return await Faas.Supervisor.Cli.CommandLine.RunAsync(args);
