using System.Globalization;
using System.Net.Sockets;

namespace Faas.Scenarios.Targets;

/// <summary>A bare server that answers what MiniFaas answers: what its figures are divided by.</summary>
internal sealed class BaselineServer : IMeasuredServer
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _process;

    private BaselineServer(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <param name="bodyBytes">Length of the output in the answer; 0 = that of hello.</param>
    public static Task<BaselineServer> StartKestrelAsync(int bodyBytes = 0)
        => StartAsync(RepositoryLayout.Baselines, ["kestrel", "--body-bytes", bodyBytes.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>A bare HTTP server in <paramref name="language"/>: js, python or php.</summary>
    public static Task<BaselineServer> StartLanguageAsync(string language)
        => StartAsync(InterpreterOf(language), [RepositoryLayout.LanguageBaseline(language)]);

    /// <summary>An HTTP server that starts the interpreter on the language's hello for each call.</summary>
    public static Task<BaselineServer> StartSpawnAsync(string language)
        => StartAsync(RepositoryLayout.Baselines, ["spawn", InterpreterOf(language), RepositoryLayout.Function(language switch
        {
            "js" => "hello.js",
            "python" => "hello.py",
            _ => "hello.php",
        })]);

    /// <summary>workerd says nothing when it listens: it is asked.</summary>
    public static async Task<BaselineServer> StartWorkerdAsync(string executable, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{FaasServer.FreePort()}");
        var process = new ChildProcess(executable, ["serve", RepositoryLayout.WorkerdConfig, $"--socket-addr=http={address.Authority}"]);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_startLimit);
            while (!await ListensAsync(address, limit.Token))
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"workerd ended at its start: {process.Output}");
                }

                await Task.Delay(20, limit.Token);
            }

            return new BaselineServer(process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>The system's own where there is one: a shim that comes first on PATH would be measured with it.</summary>
    private static string InterpreterOf(string language)
    {
        var name = language switch { "js" => "node", "python" => "python3", _ => language };
        return File.Exists("/usr/bin/" + name) ? "/usr/bin/" + name : name;
    }

    private static async Task<bool> ListensAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(address.Host, address.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<BaselineServer> StartAsync(string file, string[] arguments)
    {
        var process = new ChildProcess(file, arguments);
        try
        {
            return new BaselineServer(process, new Uri(await process.Listening.WaitAsync(s_startLimit)));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
