using Faas.Baselines;

// One executable, the baseline by name: everything it prints is meant to be read by the load tests and by people.
return args switch
{
    ["kestrel", .. var rest] => await KestrelBaseline.RunAsync(rest),
    ["unix-rtt", .. var rest] => UnixRoundTripBaseline.Run(rest),
    ["unix-rtt-echo", var path] => UnixRoundTripBaseline.Echo(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: faas-baselines kestrel [--port N] [--receipt] [--body-bytes N]
               faas-baselines unix-rtt [--round-trips N] [--bytes N] [--place same|apart]
               node node-http.mjs [PORT]
        """);
    return 2;
}
