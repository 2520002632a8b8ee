using Faas.Supervisor.Hosting;

try
{
    return await SupervisorHost.RunAsync(new SupervisorOptions(), CancellationToken.None);
}
catch (StartupFailureException failure)
{
    Console.Error.WriteLine($"minifaas: {failure.Message}");
    Console.Error.WriteLine($"          {failure.Remedy}");
    return failure.Code;
}
