// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.h"

#include <algorithm>
#include <cstddef>

namespace indoubt::base {

namespace {

constexpr std::size_t too_far = 3;
constexpr std::size_t beginning_min = 2;  // of a word that is left unfinished

// Levenshtein's.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = too_far;
    for (const std::string& one : known) {
        const bool begun = word.size() >= beginning_min && one.starts_with(word);
        const std::size_t far = begun ? 0 : distance(word, one);
        // A word of which nothing is left is no near one.
        if (far < least && far < std::max(word.size(), one.size())) {
            least = far;
            best = one;
        }
    }
    return best;
}

}  // namespace indoubt::base
