using System.Globalization;

namespace Faas.Supervisor.Gateway;

/// <summary>How a function's head becomes that of the HTTP answer.</summary>
internal static class CgiResponse
{
    /// <summary>
    /// Output without a head is kept back until its end or until there is so much of it: a failure before that is an error
    /// answer in any case, never by chance. As much as a usual page; memory of one call for at most its length of run.
    /// </summary>
    public const int HeldBytes = 64 * 1024;

    private const string DefaultContentType = "text/plain; charset=utf-8";
    private const string CorsPrefix = "Access-Control-";

    /// <summary>Sets status and headers.</summary>
    /// <param name="response">Nothing of it was sent.</param>
    /// <param name="head">All of it can be sent (<see cref="CgiHead.Unsendable"/> is null).</param>
    public static void Apply(HttpResponse response, in CgiHead head)
    {
        var headers = response.Headers;

        // Where the server has answered for the page's origin, a second word on it would void both.
        var hasCors = headers.AccessControlAllowOrigin.Count > 0;
        string? length = null;
        foreach (var (name, value) in head.Headers)
        {
            if (Is(name, "Content-Length"))
            {
                length = value;
            }
            else if (Is(name, "Content-Type"))
            {
                headers.ContentType = value;
            }
            else if (Is(name, "Location"))
            {
                headers.Location = value;
            }
            else if (!IsOfTheConnection(name) && !(hasCors && name.StartsWith(CorsPrefix, StringComparison.OrdinalIgnoreCase)))
            {
                headers.Append(name, value);
            }
        }

        response.StatusCode = StatusOf(head);
        if (response.StatusCode == StatusCodes.Status304NotModified || HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            // No content follows: the length tells of that which a GET would have got (RFC 9110, 8.6).
            response.ContentLength = long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
        }

        if (MayHaveContent(response.StatusCode))
        {
            response.ContentType ??= DefaultContentType;
            if (response.ContentType.StartsWith(EventStream.ContentType, StringComparison.OrdinalIgnoreCase))
            {
                EventStream.DoNotHold(response);
            }
        }
    }

    /// <summary>The status that the head says, or means (RFC 3875, 6.2.3: a Location without a status redirects).</summary>
    public static int StatusOf(in CgiHead head) => head.StatusCode
        ?? (head.Headers.Any(header => Is(header.Key, "Location")) ? StatusCodes.Status302Found : StatusCodes.Status200OK);

    /// <summary>False: what the function wrote behind its head is not sent, whatever the method (RFC 9110, 15.3.5, 15.3.6, 15.4.5).</summary>
    public static bool MayHaveContent(int statusCode) =>
        statusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    // The body is framed by the server (a length that turned out wrong would break the connection), and what concerns the
    // connection is its own (RFC 9110, 7.6.1).
    private static bool IsOfTheConnection(string name) =>
        Is(name, "Transfer-Encoding") || Is(name, "Connection") || Is(name, "Keep-Alive") || Is(name, "Proxy-Connection")
        || Is(name, "Upgrade") || Is(name, "Trailer") || Is(name, "TE");

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
