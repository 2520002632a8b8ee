using System.Runtime.InteropServices;
using Faas.WorkerHost.Commands;

// Ctrl-C in a terminal reaches the whole process group; the supervisor decides when its workers end.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);

try
{
    var arguments = new WorkerArguments(args.AsSpan(Math.Min(1, args.Length)));
    return args.FirstOrDefault() switch
    {
        "serve" => ServeCommand.Run(arguments),
        "compile" => CompileCommand.Compile(arguments),
        "fingerprint" => CompileCommand.Fingerprint(arguments),
        _ => throw new ArgumentException("faas-worker is started by minifaas; commands: serve, compile, fingerprint"),
    };
}
catch (Exception exception) when (exception is ArgumentException or IOException or DllNotFoundException or FormatException)
{
    Console.Error.WriteLine($"faas-worker: {exception.Message}");
    return exception is ArgumentException ? ExitCodes.Usage : ExitCodes.Failed;
}
