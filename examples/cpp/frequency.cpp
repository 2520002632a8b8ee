// The most frequent words of the input, by a map and a sort.
#include <algorithm>
#include <cctype>
#include <iostream>
#include <map>
#include <string>
#include <vector>

int main()
{
    std::map<std::string, int> counts;
    for (std::string word; std::cin >> word;) {
        for (char &c : word)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        ++counts[word];
    }
    std::vector<std::pair<std::string, int>> ranking(counts.begin(), counts.end());
    std::stable_sort(ranking.begin(), ranking.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
    for (std::size_t i = 0; i < ranking.size() && i < 3; ++i)
        std::cout << ranking[i].second << ' ' << ranking[i].first << '\n';
}
