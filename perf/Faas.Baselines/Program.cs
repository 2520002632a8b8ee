using Faas.Baselines;

// One executable, the baseline by name: everything it prints is meant to be read by the load tests and by people.
return args switch
{
    ["kestrel", .. var rest] => await KestrelBaseline.RunAsync(rest),
    ["spawn", .. var command] when command.Length > 0 => await SpawnBaseline.RunAsync(command),
    ["unix-rtt", .. var rest] => UnixRoundTripBaseline.Run(rest),
    ["unix-rtt-echo", var path] => UnixRoundTripBaseline.Echo(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: faas-baselines kestrel [--port N] [--receipt] [--body-bytes N]
               faas-baselines unix-rtt [--round-trips N] [--bytes N] [--place same|apart]
               faas-baselines spawn PROGRAM [ARGUMENT...]
               node node-http.mjs [PORT]
               python3 python-http.py [PORT]
               php php-http.php [PORT]
        """);
    return 2;
}
