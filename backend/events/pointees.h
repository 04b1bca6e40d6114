// SPDX-License-Identifier: GPL-3.0-or-later
// Shared values compare and hash by what they point to: two runs build equal values at different addresses.
#pragma once
#include <cstdint>
#include <memory>

namespace indoubt::events {

template <class T>
bool same_pointee(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return a == b || (a && b && *a == *b);
}

template <class T>
std::uint64_t pointee_hash(const std::shared_ptr<const T>& pointer) {
    return pointer ? hash_value(*pointer) : 0;
}

}  // namespace indoubt::events
