// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/queries.h"

#include <algorithm>
#include <cctype>

#include "operator/convert.h"
#include "view/filter.h"
#include "wire/codec.h"

namespace indoubt::operators {
namespace {

using grpc::Status;

constexpr std::size_t list_default = 1000;
constexpr std::size_t list_most = 100000;
constexpr std::size_t records_most = 20000;
constexpr std::size_t reply_bytes_max = 3u << 20;  // gRPC's receive cap is 4 MiB

std::size_t bounded(std::uint64_t wanted, std::size_t most) { return wanted == 0 ? std::min(list_default, most) : static_cast<std::size_t>(std::min<std::uint64_t>(wanted, most)); }

// As many as fit in one answer.
void put_events(const std::vector<events::Event>& events, bool packed, v1::EventBatch& batch) {
    std::string encoded;
    for (const auto& event : events) {
        if (encoded.size() > reply_bytes_max) break;
        wire::add_event_to_batch(encoded, event);
    }
    if (packed) batch.set_packed(std::move(encoded));
    else batch.ParseFromString(encoded);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

Status list_transactions(Host& host, const v1::ListTransactionsRequest& request, v1::ListTransactionsReply& reply) {
    const std::size_t limit = bounded(request.limit(), list_most);
    std::uint64_t matched = 0;
    std::size_t bytes = 0;
    std::vector<view::TransactionPtr> found;
    auto filter = view::Filter::parse(request.filter());
    if (!filter) return to_status(base::invalid_argument("filter: " + filter.error().message));
    host.hub().with_view([&](const view::View& view) {
        view::FilterContext context;
        context.view = &view;
        context.now_hlc = host.now_ns();
        if (filter->empty()) matched = view.size();
        for (std::size_t i = view.size(); i > 0; --i) {
            if (filter->empty() && found.size() >= limit) break;
            const view::Transaction& transaction = view.at(i - 1);
            if (!filter->matches(transaction, context)) continue;
            if (!filter->empty()) ++matched;
            if (found.size() < limit) found.push_back(view.find(transaction.xid));
        }
    });
    for (const auto& transaction : found) {
        if (bytes > reply_bytes_max) break;
        auto* added = reply.add_transactions();
        to_message(*transaction, *added);
        bytes += added->ByteSizeLong();
    }
    reply.set_matched(matched);
    reply.set_now_hlc(host.now_ns());
    return Status::OK;
}

Status resolve_reference(Host& host, const v1::ResolveReferenceRequest& request, v1::ResolveReferenceReply& reply) {
    if (request.text().empty()) return to_status(base::invalid_argument("text: empty"));
    if (auto xid = Xid::parse(request.text()); xid) {
        to_message(*xid, *reply.mutable_xid());
        return Status::OK;
    }
    const auto found = host.hub().with_view([&](const view::View& view) { return view.search(request.text(), 8); });
    if (found.empty()) return to_status(base::not_found("no payment fits '" + request.text() + "'"));
    if (found.size() > 1) {
        std::string several;
        for (const auto& xid : found) several += (several.empty() ? "" : ", ") + xid.short_text();
        return to_status(base::failed_precondition("'" + request.text() + "' fits more than one payment: " + several + (found.size() >= 8 ? " ..." : "")));
    }
    to_message(found.front(), *reply.mutable_xid());
    return Status::OK;
}

Status get_transaction(Host& host, const v1::GetTransactionRequest& request, v1::GetTransactionReply& reply) {
    auto xid = from_message(request.xid());
    if (!xid) return to_status(xid.error());
    const auto transaction = host.hub().with_view([&](const view::View& view) { return view.find(*xid); });
    if (!transaction) return to_status(base::not_found("no payment " + xid->short_text() + " is known here"));
    to_message(*transaction, *reply.mutable_transaction());
    return Status::OK;
}

Status get_timeline(Host& host, const v1::GetTimelineRequest& request, v1::GetTimelineReply& reply) {
    auto xid = from_message(request.xid());
    if (!xid) return to_status(xid.error());
    host.keep_trace(*xid);  // whoever looks at a payment wants its messages: what the rings still hold is promoted
    host.hub().catch_up();
    const auto events = host.hub().events_of(*xid);
    if (events.empty()) return to_status(base::not_found("no event of payment " + xid->short_text() + " is kept here"));
    put_events(events, request.packed(), *reply.mutable_batch());
    return Status::OK;
}

Status list_accounts(Host& host, const v1::ListAccountsRequest& request, v1::ListAccountsReply& reply) {
    const std::size_t limit = bounded(request.limit(), list_most);
    const std::string wanted = lower(request.filter());
    std::uint64_t matched = 0;
    const auto rows = host.hub().with_view([&](const view::View& view) {
        if (wanted.empty()) {
            matched = view.account_count();
            return view.accounts(limit);
        }
        std::vector<view::AccountRow> fits;
        for (auto& row : view.accounts()) {
            if (lower(row.node.name() + " " + row.account + " " + row.holder + " " + row.currency.code()).find(wanted) == std::string::npos) continue;
            ++matched;
            if (fits.size() < limit) fits.push_back(std::move(row));
        }
        return fits;
    });
    std::size_t bytes = 0;
    for (const auto& row : rows) {
        if (bytes > reply_bytes_max) break;
        auto* added = reply.add_accounts();
        to_message(row, *added);
        bytes += added->ByteSizeLong();
    }
    reply.set_matched(matched);
    return Status::OK;
}

Status get_account_history(Host& host, const v1::GetAccountHistoryRequest& request, v1::GetAccountHistoryReply& reply) {
    std::optional<view::AccountRow> row;
    std::vector<view::Posting> postings;
    std::string several;
    host.hub().with_view([&](const view::View& view) {
        for (const auto& node : view.nodes()) {
            if (!request.node().empty() && node.node.name() != request.node()) continue;
            auto found = view.account(node.node, request.account());
            if (!found) continue;
            if (row) several = row->node.name() + " and " + node.node.name();
            row = found;
            postings = view.postings(node.node, request.account());
        }
    });
    if (!row) return to_status(base::not_found("no account '" + request.account() + "' is known here"));
    if (!several.empty()) return to_status(base::invalid_argument("node: '" + request.account() + "' exists at " + several + "; name one"));
    to_message(*row, *reply.mutable_account());
    std::int64_t sum = row->opening_minor;
    for (const auto& posting : postings) {
        to_message(posting, *reply.add_postings());
        sum += posting.amount_minor;
    }
    reply.set_complete(sum == row->posted_minor);
    return Status::OK;
}

Status read_records(Host& host, const v1::ReadRecordsRequest& request, v1::ReadRecordsReply& reply) {
    auto node = node_named(request.node(), "node");
    if (!node) return to_status(node.error());
    auto records = host.records(*node, std::max<std::uint64_t>(1, request.from_lsn()), bounded(request.most(), records_most));
    if (!records) return to_status(records.error());
    put_events(records->events, request.packed(), *reply.mutable_batch());
    reply.set_last_lsn(records->last_lsn);
    return Status::OK;
}

}  // namespace indoubt::operators
