// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <random>

namespace indoubt::cli {

namespace {

const char* code_name(base::ErrorCode code) {
    using base::ErrorCode;
    switch (code) {
        case ErrorCode::ok:
            return "OK";
        case ErrorCode::invalid_argument:
            return "INVALID_ARGUMENT";
        case ErrorCode::deadline_exceeded:
            return "DEADLINE_EXCEEDED";
        case ErrorCode::not_found:
            return "NOT_FOUND";
        case ErrorCode::already_exists:
            return "ALREADY_EXISTS";
        case ErrorCode::permission_denied:
            return "PERMISSION_DENIED";
        case ErrorCode::resource_exhausted:
            return "RESOURCE_EXHAUSTED";
        case ErrorCode::failed_precondition:
            return "FAILED_PRECONDITION";
        case ErrorCode::aborted:
            return "ABORTED";
        case ErrorCode::out_of_range:
            return "OUT_OF_RANGE";
        case ErrorCode::unimplemented:
            return "UNIMPLEMENTED";
        case ErrorCode::internal:
            return "INTERNAL";
        case ErrorCode::unavailable:
            return "UNAVAILABLE";
        case ErrorCode::data_loss:
            return "DATA_LOSS";
        case ErrorCode::unauthenticated:
            return "UNAUTHENTICATED";
    }
    return "INTERNAL";
}

// What the person can do about it where the message cannot know: it comes from the other end.
const char* hint(base::ErrorCode code) {
    using base::ErrorCode;
    switch (code) {
        case ErrorCode::unavailable:
            return "Is the cluster running? Start one with `indoubtd`, or name it with --connect HOST:PORT or --connect unix:PATH.";
        case ErrorCode::unauthenticated:
            return "Every call needs the token that the cluster wrote at its start; name the file with --token-file.";
        default:
            return nullptr;
    }
}

}  // namespace

client::OperatorClient* Context::client() {
    if (m_client) return m_client.get();
    std::vector<client::Connection> targets;
    for (const std::string& target : connect) targets.push_back({target, token_file});
    auto connected = client::connect(targets);
    if (!connected) {
        fail(connected.error());
        return nullptr;
    }
    m_client = std::move(*connected);
    return m_client.get();
}

void Context::fail(const base::Error& error) {
    using base::ErrorCode;
    const bool state =
        error.code == ErrorCode::failed_precondition || error.code == ErrorCode::aborted || error.code == ErrorCode::already_exists;
    // A node that is down is the state of the cluster; a cluster that is not there is not.
    const bool node_down = error.code == ErrorCode::unavailable && m_client && m_client->info();
    exit_code = state || node_down ? exit_failed : exit_bad_input;
    message("indoubtctl: " + error.message);
    if (const char* what_to_do = node_down ? nullptr : hint(error.code)) message(what_to_do);
    if (json) print({{"error", {{"code", code_name(error.code)}, {"message", error.message}}}});
}

void Context::message(const std::string& text) const { fmt::print(stderr, "{}\n", text); }

void Context::print(const Json& document) const {
    // Names from files may hold anything: what is not UTF-8 becomes a replacement character, never an exception.
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
    std::fflush(stdout);
}

std::string Context::new_key() {
    std::random_device device;
    return fmt::format("ctl-{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
}

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace indoubt::cli
