/* A CGI program for the raw trigger: headers, an empty line, the page. */
#include <stdio.h>
#include <stdlib.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

int main(void)
{
    printf("Content-Type: text/plain; charset=utf-8\r\n");
    printf("X-Powered-By: WebAssembly\r\n\r\n");
    printf("%s %s?%s\n", variable("REQUEST_METHOD"), variable("PATH_INFO"), variable("QUERY_STRING"));
    return 0;
}
