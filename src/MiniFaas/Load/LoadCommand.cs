using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Faas.Load;
using Faas.Supervisor.Options;
using MiniFaas.Client;
using MiniFaas.Ingress;

namespace MiniFaas.Load;

/// <summary><c>minifaas load NAME CONNECTIONS REQUESTS</c>: the load injector.</summary>
internal static class LoadCommand
{
    /// <summary>The subcommand with its arguments and options, for the root command.</summary>
    public static Command Create()
    {
        var function = new Argument<string>("NAME") { Description = "Function name or id" };
        var connections = new Argument<int>("CONNECTIONS") { Description = "Kept-alive connections" };
        var requests = new Argument<long>("REQUESTS") { Description = "Requests to measure; with --duration it may be left out", Arity = ArgumentArity.ZeroOrOne };
        Option<Uri?> server = ClientCommand.Server();
        var data = new Option<string>("--data") { Description = "Input of each invocation; @FILE reads a file" };
        var rate = new Option<double?>("--rate") { Description = "Open loop: Poisson arrivals at this many requests/s, latency from the intended start" };
        var duration = new Option<double>("--duration") { Description = "Seconds to measure" };
        var warmup = new Option<double>("--warmup") { Description = "Seconds of load before the measuring" };
        var threads = new Option<int>("--threads") { Description = "Load threads", DefaultValueFactory = _ => 1 };
        var output = new Option<LoadOutput>("--output") { Description = "text or json" };

        var ingress = new Option<bool>("--ingress") { Description = "Through the local server's socket instead of HTTP" };
        Option<string?> runtime = IngressAddress.RuntimeDirectory();
        Option<string?> token = ClientCommand.Token();
        Option<string?> profile = ClientCommand.Profile();
        connections.Validators.Add(result => RequireAtLeast(result, 1, connections.Name));
        requests.Validators.Add(result => RequireAtLeast(result, 0, requests.Name));

        var command = new Command("load", "Load a function and show its latencies: closed loop, or open loop with --rate")
        {
            function, connections, requests, server, data, rate, duration, warmup, threads, output, ingress, runtime, profile, token,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            // Not a validator: one that reads a value which cannot be converted throws.
            if (parsed.GetValue(requests) <= 0 && parsed.GetValue(duration) <= 0)
            {
                return Task.FromResult(Messages.Usage(["load needs REQUESTS or --duration SECONDS"]));
            }

            if (parsed.GetValue(rate) is <= 0)
            {
                return Task.FromResult(Messages.Usage(["--rate must be above 0"]));
            }

            if (!TryReadData(parsed.GetValue(data), out var input, out var problem))
            {
                return Fail(problem);
            }

            if (!ClientCommand.TryChoose(parsed, server, profile, token, out ServerChoice choice, out int exitCode))
            {
                return Task.FromResult(exitCode);
            }

            return RunAsync(
                new LoadOptions
                {
                    Function = parsed.GetValue(function)!,
                    Connections = parsed.GetValue(connections),
                    Requests = parsed.GetValue(requests),
                    Server = choice.Server,
                    Ingress = parsed.GetValue(ingress) ? IngressAddress.PathOf(parsed.GetValue(runtime)) : null,
                    Data = input,
                    Rate = parsed.GetValue(rate),
                    Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
                    Warmup = TimeSpan.FromSeconds(parsed.GetValue(warmup)),
                    Threads = parsed.GetValue(threads),
                    Output = parsed.GetValue(output),
                    Token = choice.Token,
                },
                cancellationToken);
        });
        return command;
    }

    /// <summary>Runs the load and prints its result. 0 = every request succeeded; 1 = some failed, or none could be sent.</summary>
    public static async Task<int> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        LoadResult result;
        try
        {
            var plan = await PlanAsync(options, cancellationToken);
            var progress = new LoadProgress(plan.Threads);
            var run = LoadEngine.RunAsync(plan, progress, cancellationToken);
            await LoadProgressBar.ShowAsync(plan, progress, run);
            result = await run;
        }
        catch (SocketException unreachable)
        {
            return await Fail($"cannot connect to {options.Ingress ?? options.Server.ToString()}: {unreachable.Message}. Start the server with: minifaas");
        }
        catch (NotSupportedException unsupported)
        {
            return await Fail(unsupported.Message);
        }

        if (options.Output == LoadOutput.Json)
        {
            LoadReport.WriteJson(Console.Out, options, result);
        }
        else
        {
            LoadReport.WriteText(Console.Out, options, result);
        }

        return result.Failed > 0 || result.Succeeded == 0 ? 1 : 0;
    }

    private static async Task<LoadPlan> PlanAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.Ingress is { } path)
        {
            return Plan(options, new UnixDomainSocketEndPoint(path), IngressRequestBytes.Invoke(options.Function, options.Data.Span));
        }

        if (options.Server.Scheme != Uri.UriSchemeHttp)
        {
            throw new NotSupportedException($"load speaks plain http, not {options.Server.Scheme}: {options.Server}");
        }

        var addresses = await Dns.GetHostAddressesAsync(options.Server.IdnHost, cancellationToken);
        var request = HttpRequestBytes.Invoke(options.Server.Authority, options.Function, options.Data.Span, options.Token);
        return Plan(
            options,
            new IPEndPoint(addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0], options.Server.Port),
            request);
    }

    private static LoadPlan Plan(LoadOptions options, EndPoint server, byte[] request) => new()
    {
        Server = server,
        Source = _ => new SingleRequestSource(request),
        Connections = options.Connections,
        Requests = options.Requests,
        Duration = options.Duration,
        Warmup = options.Warmup,
        RatePerSecond = options.Rate,
        Threads = Math.Clamp(options.Threads, 1, options.Connections),
        Seed = Random.Shared.Next(),
    };

    private static bool TryReadData(string? argument, out byte[] data, out string problem)
    {
        data = [];
        problem = "";
        if (argument is null)
        {
            return true;
        }

        if (!argument.StartsWith('@'))
        {
            data = Encoding.UTF8.GetBytes(argument);
            return true;
        }

        try
        {
            data = File.ReadAllBytes(argument[1..]);
            return true;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = $"--data: {unreadable.Message}";
            return false;
        }
    }

    private static void RequireAtLeast(System.CommandLine.Parsing.ArgumentResult result, long minimum, string name)
    {
        if (result.Tokens.Count == 1
            && long.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            && value < minimum)
        {
            result.AddError($"{name} must be at least {minimum}");
        }
    }

    private static async Task<int> Fail(string problem)
    {
        await Console.Error.WriteLineAsync("minifaas: " + problem);
        return 1;
    }
}
