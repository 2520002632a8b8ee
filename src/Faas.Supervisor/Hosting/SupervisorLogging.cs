using System.Globalization;
using Faas.Supervisor.Options;
using Microsoft.Extensions.Logging.Console;

namespace Faas.Supervisor.Hosting;

/// <summary>Log lines on standard error, as text or JSON.</summary>
internal static class SupervisorLogging
{
    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void AddSupervisorLogging(this ILoggingBuilder logging, SupervisorOptions options)
    {
        logging.SetMinimumLevel(Enum.Parse<LogLevel>(options.LogLevel, ignoreCase: true));
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It logs a failed start with its whole stack before we explain it in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // Where its log is on, the host makes an Activity and a scope for each request: 4 % of the gateway's time, and
        // nobody reads them. A listener to its activity source still gets them.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Who logs may be a thread that serves the sockets, and must not wait for whoever reads standard error. How many
            // lines were dropped is a line of its own, once there is room again.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        if (options.LogFormat == "json")
        {
            logging.AddJsonConsole(json =>
            {
                json.TimestampFormat = TimestampFormat.TrimEnd();
                json.UseUtcTimestamp = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.TimestampFormat = TimestampFormat;
                text.UseUtcTimestamp = true;
            });
        }
    }
}
