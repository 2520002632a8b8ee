using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Faas.Baselines;

/// <summary>
/// A message to another process and back over a Unix stream socket, with blocking reads on both sides and nothing else:
/// the floor under every hop between supervisor and worker that sleeps while it waits.
/// Where the kernel puts the two processes decides most of it (a sleeping neighbour processor is slow to wake), so
/// <c>--place same|apart</c> pins them; without it they go where the kernel likes, as the server's do.
/// Prints <c>median_us=… p99_us=…</c>.
/// </summary>
internal static class UnixRoundTripBaseline
{
    public static int Run(string[] args)
    {
        var roundTrips = IntOf(args, "--round-trips", 20_000);
        var bytes = IntOf(args, "--bytes", 16);
        var place = Array.IndexOf(args, "--place") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : "free";
        var folder = Directory.CreateTempSubdirectory("faas-rtt-");
        try
        {
            var path = Path.Combine(folder.FullName, "echo.sock");
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            using var peer = StartPeer(path);
            Pin(place, peer);
            using (var socket = listener.Accept())
            {
                Measure(socket, roundTrips, bytes);
            }

            peer.WaitForExit();
            return peer.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The other process: sends back what it reads until the end of the stream.</summary>
    public static int Echo(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        Span<byte> buffer = new byte[64 * 1024];
        int read;
        while ((read = socket.Receive(buffer)) > 0)
        {
            SendAll(socket, buffer[..read]);
        }

        return 0;
    }

    private static void Measure(Socket socket, int roundTrips, int bytes)
    {
        Span<byte> message = new byte[bytes];
        var ticks = new long[roundTrips];
        for (var i = -roundTrips / 10; i < roundTrips; i++) // a tenth as warm-up
        {
            var started = Stopwatch.GetTimestamp();
            SendAll(socket, message);
            for (var got = 0; got < bytes;)
            {
                var read = socket.Receive(message[got..]);
                if (read == 0)
                {
                    throw new EndOfStreamException("the echo process ended");
                }

                got += read;
            }

            if (i >= 0)
            {
                ticks[i] = Stopwatch.GetTimestamp() - started;
            }
        }

        Array.Sort(ticks);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median_us={Microseconds(ticks[roundTrips / 2]):F2} p99_us={Microseconds(ticks[roundTrips * 99 / 100]):F2} round_trips={roundTrips} bytes={bytes}"));
    }

    private static void Pin(string place, Process peer)
    {
        if (place == "free" || !OperatingSystem.IsLinux())
        {
            return;
        }

        // Bit masks of processors 0 and 1.
        using var self = Process.GetCurrentProcess();
        self.ProcessorAffinity = 1;
        peer.ProcessorAffinity = place == "apart" && Environment.ProcessorCount > 1 ? 2 : 1;
    }

    private static Process StartPeer(string path)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        start.ArgumentList.Add("unix-rtt-echo");
        start.ArgumentList.Add(path);
        return Process.Start(start) ?? throw new InvalidOperationException("the echo process did not start");
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    private static int IntOf(string[] args, string option, int otherwise)
    {
        var index = Array.IndexOf(args, option);
        return index >= 0 && index + 1 < args.Length ? int.Parse(args[index + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
