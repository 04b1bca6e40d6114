// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T>: a value or an Error a person can act on. Codes are gRPC's canonical ones, so that an error crosses the wire unchanged.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace indoubt::base {

enum class ErrorCode : unsigned char {
    ok = 0,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16,
};

// `message` says what is wrong and what to do about it; it starts in lower case and has no full stop.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    friend bool operator==(const Error&, const Error&) = default;
};

struct Ok {
    friend bool operator==(Ok, Ok) = default;
};

template <class T = Ok>
class [[nodiscard]] Result {
  public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    const T& value() const& {
        INDOUBT_CHECK(ok(), "value() of a failed result");
        return std::get<0>(m_state);
    }
    T& value() & {
        INDOUBT_CHECK(ok(), "value() of a failed result");
        return std::get<0>(m_state);
    }
    T&& value() && {
        INDOUBT_CHECK(ok(), "value() of a failed result");
        return std::get<0>(std::move(m_state));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const {
        INDOUBT_CHECK(!ok(), "error() of a good result");
        return std::get<1>(m_state);
    }

  private:
    std::variant<T, Error> m_state;
};

inline Error invalid_argument(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }
inline Error failed_precondition(std::string message) { return {ErrorCode::failed_precondition, std::move(message)}; }
inline Error not_found(std::string message) { return {ErrorCode::not_found, std::move(message)}; }
inline Error unavailable(std::string message) { return {ErrorCode::unavailable, std::move(message)}; }
inline Error data_loss(std::string message) { return {ErrorCode::data_loss, std::move(message)}; }

}  // namespace indoubt::base
