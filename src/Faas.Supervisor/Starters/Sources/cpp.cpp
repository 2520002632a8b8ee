#include <iostream>
#include <string>

// Input is stdin, output is stdout; what goes to stderr is in the function's log.
int main()
{
    std::string name;
    if (!(std::cin >> name))
    {
        name = "world";
    }

    std::cout << "Hello, " << name << "!\n";
}
