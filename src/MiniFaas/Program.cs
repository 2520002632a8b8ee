return await MiniFaas.CommandLine.RunAsync(args);
